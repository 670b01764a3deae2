#include "engine/plugin/status.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <memory>
#include <new>

#include "engine/plugin/call.hpp"

namespace v1::plugin {
namespace {

template <std::size_t N>
void copy_text(char (&out)[N], std::string_view text) noexcept {
  const std::size_t length = std::min(text.size(), N - 1);
  std::memcpy(out, text.data(), length);
  out[length] = '\0';
}

// The slot was written by foreign code: never read past its end.
template <std::size_t N>
std::string_view slot_text(const char (&text)[N]) {
  return {text, strnlen(text, N)};
}

template <std::size_t N>
void make_one_line(char (&text)[N]) noexcept {
  text[N - 1] = '\0';
  std::size_t length = std::strlen(text);
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
  while (length > 0 && control(text[length - 1])) text[--length] = '\0';
  std::replace_if(text, text + length, control, ' ');
}

v1e_status status_of(ExitCode code) noexcept {
  switch (code) {
    case ExitCode::config:
      return V1E_E_INVALID;
    case ExitCode::data:
      return V1E_E_IO;
    case ExitCode::backend:
      return V1E_E_DEVICE;
    case ExitCode::memory:
      return V1E_E_MEMORY;
    case ExitCode::interrupted:
    case ExitCode::terminated:
      return V1E_E_CANCELLED;
    default:
      return V1E_E_INTERNAL;
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
class CrashStack {
 public:
  CrashStack() : memory_(new (std::nothrow) char[bytes]) {
    if (!memory_) return;
    stack_t stack{};
    stack.ss_sp = memory_.get();
    stack.ss_size = bytes;
    sigaltstack(&stack, nullptr);
  }
  ~CrashStack() {
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    if (memory_) sigaltstack(&none, nullptr);
  }
  CrashStack(const CrashStack&) = delete;
  CrashStack& operator=(const CrashStack&) = delete;

 private:
  static constexpr std::size_t bytes = 64 * 1024;
  std::unique_ptr<char[]> memory_;
};
#endif

}  // namespace

Breadcrumb& breadcrumb() noexcept {
  static thread_local Breadcrumb here;
  return here;
}

void prepare_for_crashes() noexcept {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  static thread_local const CrashStack stack;
#endif
}

std::string status_name(v1e_status status) {
  switch (status) {
    case V1E_OK:
      return "OK";
    case V1E_E_INVALID:
      return "INVALID";
    case V1E_E_UNSUPPORTED:
      return "UNSUPPORTED";
    case V1E_E_STATE:
      return "STATE";
    case V1E_E_MEMORY:
      return "MEMORY";
    case V1E_E_DEVICE_MEMORY:
      return "DEVICE_MEMORY";
    case V1E_E_DEVICE:
      return "DEVICE";
    case V1E_E_IO:
      return "IO";
    case V1E_E_CANCELLED:
      return "CANCELLED";
    case V1E_E_INTERNAL:
      return "INTERNAL";
    case V1E_E_NUMERIC:
      return "NUMERIC";
  }
  return fmt::format("status {}", status);
}

ExitCode exit_code(v1e_status status) {
  switch (status) {
    case V1E_OK:
      return ExitCode::ok;
    case V1E_E_DEVICE:
      return ExitCode::backend;
    case V1E_E_MEMORY:
    case V1E_E_DEVICE_MEMORY:
      return ExitCode::memory;
    case V1E_E_IO:
      return ExitCode::data;
    case V1E_E_NUMERIC:
      return ExitCode::internal;
    case V1E_E_CANCELLED:
      return ExitCode::interrupted;
    default:
      return ExitCode::plugin;
  }
}

void tidy(v1e_error& err) noexcept {
  make_one_line(err.param);
  make_one_line(err.message);
}

void check(v1e_status status, const v1e_error& err, const LoadedPlugin& plugin,
           const char* function) {
  if (status == V1E_OK) return;
  const std::string_view message = slot_text(err.message);
  const std::string_view param = slot_text(err.param);
  const std::string who = fmt::format("{} plugin '{}' {} ({})", kind_name(plugin.kind), plugin.name,
                                      plugin.version, plugin.module ? plugin.module->where : "");
  const std::string reason =
      message.empty() ? status_name(status) + " without a message" : std::string(message);
  if (status == V1E_E_CANCELLED) {
    throw error(ExitCode::interrupted, "interrupted in {} of {}", function, who);
  }
  if (status == V1E_E_INVALID && !param.empty()) {
    throw RefusedParameter(std::string(param),
                           fmt::format("{} refused its parameter '{}': {}", who, param, reason));
  }
  throw error(exit_code(status), "{} failed in {}: {}", who, function, reason);
}

v1e_status fail(v1e_error* err, v1e_status status, const std::string& message) noexcept {
  if (err && V1E_HAS(err, v1e_error, message)) {
    err->code = status;
    err->param[0] = '\0';
    copy_text(err->message, message);
  }
  return status;
}

v1e_status status_of_current_exception(v1e_error* err) noexcept {
  try {
    try {
      throw;
    } catch (const Error& e) {
      return fail(err, status_of(e.code()), e.what());
    } catch (const std::bad_alloc&) {
      return fail(err, V1E_E_MEMORY, "out of host memory");
    } catch (const std::exception& e) {
      return fail(err, V1E_E_INTERNAL, e.what());
    }
  } catch (...) {
    return V1E_E_INTERNAL;
  }
}

}  // namespace v1::plugin
