#pragma once
#include <v1e/abi.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace v1e {

/// Thrown by plugin code; becomes a status and a message at the border. `param` is the key of
/// the parameter to blame, or "".
class Error : public std::runtime_error {
 public:
  Error(v1e_status code, std::string param, const std::string& message)
      : std::runtime_error(message), code_(code), param_(std::move(param)) {}
  v1e_status code() const noexcept { return code_; }
  const std::string& param() const noexcept { return param_; }

 private:
  v1e_status code_;
  std::string param_;
};

namespace detail {

inline void copy_text(char* out, std::size_t capacity, const char* text) noexcept {
  const std::size_t length = std::min(std::strlen(text), capacity - 1);
  std::memcpy(out, text, length);
  out[length] = '\0';
}

inline v1e_status report(v1e_error* err, v1e_status code, const char* param,
                         const char* message) noexcept {
  if (err && V1E_HAS(err, v1e_error, message)) {
    err->code = code;
    copy_text(err->param, sizeof err->param, param);
    copy_text(err->message, sizeof err->message, message);
  }
  return code;
}

}  // namespace detail

/// Runs `body`; nothing it throws leaves the plugin. Every C entry point goes through here.
template <class Body>
v1e_status guard(v1e_error* err, Body&& body) noexcept {
  try {
    body();
    return V1E_OK;
  } catch (const Error& e) {
    return detail::report(err, e.code(), e.param().c_str(), e.what());
  } catch (const std::bad_alloc&) {
    return detail::report(err, V1E_E_MEMORY, "", "out of host memory");
  } catch (const std::exception& e) {
    return detail::report(err, V1E_E_INTERNAL, "", e.what());
  } catch (...) {
    return detail::report(err, V1E_E_INTERNAL, "", "an exception of unknown type");
  }
}

/// For calls back into the engine: a status other than V1E_OK becomes an Error.
template <class Call>
void call_host(Call&& call) {
  v1e_error err{};
  err.struct_size = sizeof err;
  const v1e_status status = call(&err);
  if (status != V1E_OK) throw Error(status, err.param, err.message);
}

}  // namespace v1e
