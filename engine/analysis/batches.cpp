#include "engine/analysis/batches.hpp"

#include <algorithm>

#include "engine/base/error.hpp"

namespace v1::analysis {
namespace {

// A wave of neighbouring trials goes through all windows of all units together.
class TrialBatches final : public BatchSource {
 public:
  TrialBatches(const Family& family, BatchContext context)
      : family_(family), context_(std::move(context)), wave_(family.trial_begin) {
    std::uint64_t largest = 1;
    for (const auto& unit : family_.units) {
      std::vector<const Request*> requests;
      std::int64_t stored = 1;
      std::uint64_t bytes = 0;
      for (const std::size_t index : unit) {
        requests.push_back(&context_.requests[index]);
        stored = std::max(stored, context_.reader.stored_chunk_steps(*requests.back()));
        bytes += 4 * requests.back()->neurons->size();
      }
      steps_.push_back(steps_per_chunk(requests, context_.budget, stored));
      largest = std::max(largest, bytes * static_cast<std::uint64_t>(steps_.back()));
    }
    const std::uint64_t fit = std::max<std::uint64_t>(context_.budget / 3 / largest, 1);
    lanes_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(context_.lanes, fit));
    step_ = first_step();
  }

  std::optional<Batch> next() override {
    if (wave_ >= family_.trial_end) return std::nullopt;
    const std::uint32_t wave_end = std::min(wave_ + lanes_, family_.trial_end);
    const auto& unit = family_.units[unit_];
    const Request& first = context_.requests[unit.front()];
    const std::int64_t end = std::min(step_ + steps_[unit_], first.step_end);
    Batch batch;
    const bool begins = unit_ == 0 && step_ == first_step();
    const bool ends = unit_ + 1 == family_.units.size() && end == first.step_end;
    for (std::uint32_t trial = wave_; trial < wave_end; ++trial) {
      const std::size_t stripe = trial - family_.trial_begin;
      if (begins) batch.open.push_back(stripe);
      if (ends) batch.close.push_back(stripe);
      Task task;
      task.stripe = stripe;
      for (const std::size_t index : unit) {
        const Request& request = context_.requests[index];
        if (trial < request.trial_begin || trial >= request.trial_end) continue;
        task.chunks.push_back(
            context_.reader.read(request, trial, step_, end, 0, request.neurons->size()));
      }
      if (!task.chunks.empty()) batch.tasks.push_back(std::move(task));
    }
    advance(end == first.step_end, end, wave_end);
    return batch;
  }

 private:
  std::int64_t first_step() const {
    return context_.requests[family_.units[unit_].front()].step_begin;
  }
  void advance(bool unit_done, std::int64_t step, std::uint32_t wave_end) {
    step_ = step;
    if (!unit_done) return;
    if (++unit_ == family_.units.size()) {
      unit_ = 0;
      wave_ = wave_end;
    }
    step_ = first_step();
  }

  Family family_;
  BatchContext context_;
  std::vector<std::int64_t> steps_;  // per chunk, by unit
  std::uint32_t lanes_ = 1;
  std::uint32_t wave_;
  std::size_t unit_ = 0;
  std::int64_t step_ = 0;
};

// A slab of neighbouring blocks of neurons goes through all trials together.
class NeuronBatches final : public BatchSource {
 public:
  NeuronBatches(const Family& family, BatchContext context)
      : family_(family), context_(std::move(context)), trial_(family.trial_begin) {
    const std::uint64_t block_bytes =
        family_.block_neurons * static_cast<std::uint64_t>(family_.bytes_per_neuron);
    std::size_t useful = 2 * context_.lanes;  // enough blocks to read stored chunks rarely twice
    for (const std::size_t index : family_.units.front()) {
      const std::size_t stored = context_.reader.stored_chunk_neurons(context_.requests[index]);
      useful = std::max(useful, 2 * stored / family_.block_neurons);
    }
    const std::uint64_t fit = std::max<std::uint64_t>(context_.budget / 3 / block_bytes, 1);
    slab_ = static_cast<std::size_t>(std::min<std::uint64_t>(useful, fit));
  }

  std::optional<Batch> next() override {
    const std::size_t stripes = stripe_count(family_);
    if (first_ >= stripes) return std::nullopt;
    const std::size_t last = std::min(first_ + slab_, stripes);
    Batch batch;
    std::vector<std::size_t> borders;
    for (std::size_t stripe = first_; stripe < last; ++stripe) {
      borders.push_back(stripe * family_.block_neurons);
      if (trial_ == family_.trial_begin) batch.open.push_back(stripe);
      if (trial_ + 1 == family_.trial_end) batch.close.push_back(stripe);
      batch.tasks.push_back({stripe, {}});
    }
    borders.push_back(std::min(last * family_.block_neurons, family_.neuron_count));
    for (const std::size_t index : family_.units.front()) {
      const Request& request = context_.requests[index];
      if (trial_ < request.trial_begin || trial_ >= request.trial_end) continue;
      auto parts = context_.reader.read_parts(request, trial_, request.step_begin, request.step_end,
                                              borders);
      for (std::size_t k = 0; k < parts.size(); ++k) {
        batch.tasks[k].chunks.push_back(std::move(parts[k]));
      }
    }
    if (++trial_ == family_.trial_end) {
      trial_ = family_.trial_begin;
      first_ = last;
    }
    return batch;
  }

 private:
  Family family_;
  BatchContext context_;
  std::size_t slab_ = 1;
  std::size_t first_ = 0;
  std::uint32_t trial_;
};

class TableBatches final : public BatchSource {
 public:
  TableBatches(const Family& family, BatchContext context)
      : family_(family), context_(std::move(context)) {}
  std::optional<Batch> next() override {
    if (done_) return std::nullopt;
    done_ = true;
    const Request& request = context_.requests[family_.units.front().front()];
    Batch batch;
    batch.open = batch.close = {0};
    batch.tasks.push_back({0, {}});
    batch.tasks.front().chunks.push_back(
        context_.reader.read_table(request, context_.tables.at(request.dataset)));
    return batch;
  }

 private:
  Family family_;
  BatchContext context_;
  bool done_ = false;
};

// Slices of sources; the rows themselves stay in the engine's store.
class SliceBatches final : public BatchSource {
 public:
  SliceBatches(const Family& family, BatchContext context)
      : family_(family), context_(std::move(context)) {
    const Request& request = context_.requests[family_.units.front().front()];
    network_ = context_.datasets[request.dataset]->view()->network;
    const v1e_edge_block& block = *network_->blocks[request.block];
    rows_ = block.source_count;
    constexpr std::int64_t edge_bytes = 10;
    const std::int64_t bytes = std::max<std::int64_t>(block.edge_count * edge_bytes, 1);
    const auto target = static_cast<std::int64_t>(request.chunk_bytes > 0 ? request.chunk_bytes
                                                                          : default_chunk_bytes);
    const std::int64_t slices = std::max<std::int64_t>(bytes / target, 1);
    slice_rows_ = std::max<std::int64_t>((rows_ + slices - 1) / slices, 1);
  }

  std::optional<Batch> next() override {
    if (row_ >= rows_) return std::nullopt;
    const Request& request = context_.requests[family_.units.front().front()];
    Batch batch;
    for (unsigned k = 0; k < context_.lanes && row_ < rows_; ++k) {
      auto chunk = std::make_unique<Chunk>();
      chunk->rows.struct_size = sizeof chunk->rows;
      v1e_error err{};
      err.struct_size = sizeof err;
      const std::int64_t wanted = std::min(slice_rows_, rows_ - row_);
      if (network_->rows(network_->ctx, request.block, row_, wanted, &chunk->rows, &err) !=
              V1E_OK ||
          chunk->rows.row_count < 1) {
        throw error(ExitCode::internal, "synapses of '{}' cannot be read: {}", request.variable,
                    err.message);
      }
      chunk->view.struct_size = sizeof chunk->view;
      chunk->view.request = request.index;
      chunk->view.synapses = &chunk->rows;
      row_ += chunk->rows.row_count;
      batch.open.push_back(stripe_);
      batch.close.push_back(stripe_);
      batch.tasks.push_back({stripe_++, {}});
      batch.tasks.back().chunks.push_back(std::move(chunk));
    }
    return batch;
  }

 private:
  Family family_;
  BatchContext context_;
  const v1e_network* network_ = nullptr;
  std::int64_t rows_ = 0, slice_rows_ = 1, row_ = 0;
  std::size_t stripe_ = 0;
};

}  // namespace

std::unique_ptr<BatchSource> make_batches(const Family& family, const BatchContext& context) {
  switch (family.kind) {
    case Family::Kind::trials:
      return std::make_unique<TrialBatches>(family, context);
    case Family::Kind::neurons:
      return std::make_unique<NeuronBatches>(family, context);
    case Family::Kind::table:
      return std::make_unique<TableBatches>(family, context);
    default:
      return std::make_unique<SliceBatches>(family, context);
  }
}

}  // namespace v1::analysis
