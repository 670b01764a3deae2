#pragma once
#include <cstddef>

/// Asynchronous copies to shared memory. A thread's copies are made when it waits for them, not
/// before, so that reading too early shows.
void __pipeline_memcpy_async(void* to, const void* from, std::size_t bytes);
void __pipeline_commit();
void __pipeline_wait_prior(unsigned batches);
