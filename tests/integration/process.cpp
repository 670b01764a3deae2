#include "tests/integration/process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace v1::testing {

Process::Process(const std::vector<std::string>& arguments, const std::filesystem::path& folder)
    : out_(folder / "stdout.txt"), err_(folder / "stderr.txt") {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ > 0) return;
  const int out = open(out_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  const int err = open(err_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  if (chdir(folder.c_str()) != 0) _exit(126);
  // One cache for the tests of all presets: entries are named by content, so sharing only saves
  // time.
  const auto cache = std::filesystem::path(V1_BINARY) / "../../../test-cache";
  setenv("XDG_CACHE_HOME", cache.c_str(), 1);
  execv(argv[0], argv.data());
  _exit(127);
}

Process::~Process() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

void Process::signal(int number) const { kill(pid_, number); }

ProcessResult Process::wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  ProcessResult result;
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = read_text(out_);
  result.err = read_text(err_);
  return result;
}

Scratch::Scratch() {
  std::string pattern = (std::filesystem::temp_directory_path() / "v1engine-test-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp failed");
  path_ = pattern;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path Scratch::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name) << text;
  return path_ / name;
}

ProcessResult Scratch::v1engine(const std::vector<std::string>& arguments) const {
  std::vector<std::string> all = {V1_BINARY};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return Process(all, path_).wait();
}

std::string read_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string small_config(int trials, const std::string& more) {
  return "name = 'small'\nseed = 7\n[network]\nneurons = 300\n[simulation]\nduration = 600.0\n"
         "trials = " +
         std::to_string(trials) +
         "\n[stimulus]\nplugin = 'gratings'\n[record]\nvariables = ['v', 'input_current']\n" + more;
}

}  // namespace v1::testing
