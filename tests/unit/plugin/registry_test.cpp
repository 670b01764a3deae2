#include "engine/plugin/registry.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "tests/unit/plugin/test_plugins.hpp"

namespace v1::plugin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string modules = V1_TEST_MODULES;

RegistryOptions folders(const std::vector<std::string>& names) {
  RegistryOptions options;
  options.standard_directories = false;
  for (const std::string& name : names) options.plugin_paths.push_back(modules + "/" + name);
  return options;
}

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    return e;
  }
  ADD_FAILURE() << "no error";
  return Error(ExitCode::ok, "");
}

std::string reason_of(const Registry& registry, const std::string& file) {
  for (const SkippedFile& skipped : registry.skipped()) {
    if (skipped.path.filename() == file) return skipped.reason;
  }
  return "not skipped";
}

TEST(Registry, LoadsAModuleAndItsDescription) {
  const Registry registry(folders({"first"}));
  const LoadedPlugin& gabor = registry.find(Kind::stimulus, "gabor");
  EXPECT_EQ(gabor.version, "1.2.3");
  EXPECT_EQ(gabor.module->id, "org.example.first");
  EXPECT_EQ(gabor.module->path.filename(), "good.so");
  ASSERT_THAT(*gabor.params, SizeIs(1));
  EXPECT_EQ(gabor.params->front().key, "contrast");
  EXPECT_EQ(gabor.stimulus().outputs, static_cast<std::uint32_t>(V1E_OUT_FRAMES));
  EXPECT_TRUE(registry.skipped().empty());
}

TEST(Registry, RefusesATableOfAnotherKind) {
  const Registry registry(folders({"first"}));
  const Error e = error_of([&] { registry.find(Kind::stimulus, "gabor").backend(); });
  EXPECT_EQ(e.code(), ExitCode::internal);
}

TEST(Registry, FillsMissingOptionalFunctions) {
  const Registry registry(folders({"first"}));
  const v1e_stimulus_api& api = registry.find(Kind::stimulus, "gabor").stimulus();
  v1e_error err{};
  err.struct_size = sizeof err;
  EXPECT_EQ(api.validate(nullptr, &err), V1E_OK);
  EXPECT_EQ(api.describe(nullptr, nullptr, &err), V1E_OK);

  Registry builtin(folders({}));
  builtin.add_builtin(test::test_module());
  const v1e_backend_api& cpu = builtin.find(Kind::backend, "cpu").backend();
  EXPECT_EQ(cpu.save(nullptr, 0, nullptr, &err), V1E_E_UNSUPPORTED);
  EXPECT_EQ(err.code, V1E_E_UNSUPPORTED);
  EXPECT_THAT(err.message, HasSubstr("does not have this function"));
}

TEST(Registry, FirstFolderWinsAndLaterOnesAreShadowed) {
  const Registry registry(folders({"second", "first"}));
  EXPECT_EQ(registry.find(Kind::stimulus, "gabor").module->id, "org.example.second");
  ASSERT_THAT(registry.shadowed(), SizeIs(1));
  EXPECT_EQ(registry.shadowed()[0].plugin->module->id, "org.example.first");
  EXPECT_EQ(registry.shadowed()[0].by->module->id, "org.example.second");
  EXPECT_THAT(registry.list(Kind::stimulus), SizeIs(1));
}

TEST(Registry, QualifiedNameReachesAShadowedPlugin) {
  const Registry registry(folders({"second", "first"}));
  EXPECT_EQ(registry.find(Kind::stimulus, "org.example.first:gabor").module->id,
            "org.example.first");
}

TEST(Registry, TwoModulesOfOneFolderWithOneNameAreAnErrorThatNamesBoth) {
  const Registry registry(folders({"twice"}));
  const Error e = error_of([&] { registry.find(Kind::stimulus, "shared"); });
  EXPECT_EQ(e.code(), ExitCode::config);
  EXPECT_THAT(e.what(), AllOf(HasSubstr("one.so"), HasSubstr("two.so"),
                              HasSubstr("'org.example.one:shared'")));
  EXPECT_EQ(registry.find(Kind::stimulus, "org.example.two:shared").module->id, "org.example.two");
}

TEST(Registry, UnknownNameGivesNearestSpellingAndSearchedFolders) {
  const Registry registry(folders({"first"}));
  const Error e = error_of([&] { registry.find(Kind::stimulus, "gabr"); });
  EXPECT_EQ(e.code(), ExitCode::config);
  EXPECT_THAT(e.what(), AllOf(HasSubstr("no stimulus plugin named 'gabr'"),
                              HasSubstr("did you mean 'gabor'?"), HasSubstr("plugin_modules/first"),
                              HasSubstr("(1 module)")));
}

TEST(Registry, NameOfAnotherKindSaysSo) {
  const Registry registry(folders({"first"}));
  const Error e = error_of([&] { registry.find(Kind::analysis, "gabor"); });
  EXPECT_EQ(e.code(), ExitCode::config);
  EXPECT_STREQ(e.what(), "plugin 'gabor' is of kind stimulus, not analysis");
}

TEST(Registry, SkipsEveryBrokenFileWithItsReason) {
  const Registry registry(folders({"broken"}));
  EXPECT_TRUE(registry.list().empty());
  EXPECT_THAT(reason_of(registry, "not_elf.so"), HasSubstr("no ELF header"));
  EXPECT_THAT(reason_of(registry, "no_entry.so"), HasSubstr("does not export v1e_module_v1"));
  EXPECT_THAT(reason_of(registry, "other_major.so"),
              HasSubstr("built for plugin interface version 2; this engine accepts 1.0"));
  EXPECT_THAT(
      reason_of(registry, "other_minor.so"),
      HasSubstr("asks for an engine with plugin interface 1.77 or newer; this engine has 1."));
  EXPECT_THAT(reason_of(registry, "missing_function.so"),
              AllOf(HasSubstr("module 'org.v1engine.test', plugin 'incomplete'"),
                    HasSubstr("lacks the required function 'fill'")));
  EXPECT_THAT(reason_of(registry, "bad_default.so"),
              HasSubstr("parameter 'contrast' has the default 1.5, which is not in its range "
                        "[0, 1]"));
  EXPECT_THAT(reason_of(registry, "same_key.so"),
              HasSubstr("declares the parameter 'contrast' twice"));
  EXPECT_THAT(reason_of(registry, "unresolved.so"),
              AllOf(HasSubstr("cannot be loaded"), HasSubstr("v1_test_symbol_of_nobody")));
  EXPECT_THAT(reason_of(registry, "open_fails.so"),
              HasSubstr("open failed: needs a service that is not there"));
  EXPECT_THAT(reason_of(registry, "throwing_open.so"),
              HasSubstr("open threw an exception: no licence for this machine"));
  EXPECT_THAT(registry.skipped(), SizeIs(10));
}

TEST(Registry, AFileThatIsAskedForByNameAndCannotBeUsedIsAWarning) {
  log::clear_warnings();
  const Registry of_folder(folders({"first", "broken"}));
  EXPECT_TRUE(log::warnings().empty());
  const Registry of_file(folders({"first", "broken/not_elf.so"}));
  ASSERT_THAT(log::warnings(), SizeIs(1));
  EXPECT_THAT(log::warnings()[0],
              AllOf(HasSubstr("not_elf.so is not used: "), HasSubstr("is not a shared library")));
  log::clear_warnings();
}

TEST(Registry, NamingWhatOnlyASkippedFileOffersIsAPluginError) {
  const Registry registry(folders({"first", "broken"}));
  for (const char* name : {"incomplete", "not_elf", "unresolved", "forgotten"}) {
    const Error e = error_of([&] { registry.find(Kind::stimulus, name); });
    EXPECT_EQ(e.code(), ExitCode::plugin) << name;
    EXPECT_THAT(e.what(), HasSubstr("cannot be used")) << name;
  }
  const Error e = error_of([&] { registry.find(Kind::stimulus, "from_the_future"); });
  EXPECT_THAT(e.what(), AllOf(HasSubstr("other_minor.so"), HasSubstr("1.77")));
  EXPECT_EQ(error_of([&] { registry.find(Kind::stimulus, "no_such_thing"); }).code(),
            ExitCode::config);
}

TEST(Registry, LoadsOneFileForChecking) {
  Registry registry(folders({}));
  const auto plugins = registry.load_file(modules + "/first/good.so");
  ASSERT_THAT(plugins, SizeIs(1));
  EXPECT_EQ(plugins[0]->name, "gabor");
  EXPECT_FALSE(registry.has(Kind::stimulus, "gabor"));
  const Error e = error_of([&] { registry.load_file(modules + "/broken/no_entry.so"); });
  EXPECT_EQ(e.code(), ExitCode::plugin);
  EXPECT_THAT(e.what(), AllOf(HasSubstr("no_entry.so"), HasSubstr("does not export")));
}

TEST(Registry, BuiltinModulesComeFirst) {
  Registry registry(folders({"first"}));
  registry.add_builtin(test::test_module());
  EXPECT_EQ(registry.find(Kind::backend, "cpu").module->where, "built in");
  EXPECT_THAT(registry.find_any("cpu"), SizeIs(1));
  EXPECT_EQ(error_of([&] { registry.find_any("cpuu"); }).code(), ExitCode::config);
}

TEST(Registry, MissingPluginPathIsAConfigError) {
  const Error e = error_of([] { Registry registry(folders({"nowhere"})); });
  EXPECT_EQ(e.code(), ExitCode::config);
  EXPECT_THAT(e.what(), HasSubstr("--plugin-path"));
}

// One deliberate mistake in the descriptor, and what the message must say.
struct DescriptorCase {
  const char* name;
  std::function<void(v1e_module&, v1e_plugin&, v1e_stimulus_api&, v1e_param&)> spoil;
  const char* message;
};

class Descriptor : public ::testing::TestWithParam<DescriptorCase> {};

TEST_P(Descriptor, MistakeIsNamed) {
  test::ParamList params;
  v1e_param& param = params.add(V1E_FLOAT, "contrast", "1", "Contrast");
  const v1e_value half = test::number(0.5);
  param.default_value = &half;
  v1e_stimulus_api api = test::stimulus_table(V1E_OUT_FRAMES);
  v1e_plugin plugin = test::describe_plugin(V1E_KIND_STIMULUS, "gabor", &params, &api);
  const std::vector<const v1e_plugin*> plugins = {&plugin};
  v1e_module module = test::describe_module("org.example.spoiled", plugins);
  GetParam().spoil(module, plugin, api, param);
  Registry registry(folders({}));
  const Error e = error_of([&] { registry.add_builtin(&module); });
  EXPECT_EQ(e.code(), ExitCode::plugin);
  EXPECT_THAT(e.what(), HasSubstr(GetParam().message));
}

const v1e_value whole_default = test::whole(1);
const v1e_value infinite = test::number(std::numeric_limits<double>::infinity());
const v1e_value one = test::number(1.0);
const v1e_value two = test::number(2.0);
const char* const no_choices[] = {nullptr};

INSTANTIATE_TEST_SUITE_P(
    All, Descriptor,
    ::
        testing::
            Values(
                DescriptorCase{"id", [](auto& m, auto&, auto&, auto&) { m.id = nullptr; },
                               "has no id"},
                DescriptorCase{"version", [](auto&, auto& p, auto&, auto&) { p.version = nullptr; },
                               "plugin 'gabor': has no version"},
                DescriptorCase{"summary", [](auto&, auto& p, auto&, auto&) { p.summary = nullptr; },
                               "has no summary"},
                DescriptorCase{"name", [](auto&, auto& p, auto&, auto&) { p.name = "two words"; },
                               "the plugin name 'two words' is not one word"},
                DescriptorCase{"kind", [](auto&, auto& p, auto&, auto&) { p.kind = 9; },
                               "is of kind 9"},
                DescriptorCase{"api", [](auto&, auto& p, auto&, auto&) { p.api = nullptr; },
                               "has no function table"},
                DescriptorCase{"no_create",
                               [](auto&, auto&, auto& a, auto&) { a.create = nullptr; },
                               "lacks the required function 'create'"},
                DescriptorCase{"outputs", [](auto&, auto&, auto& a, auto&) { a.outputs = 0; },
                               "produces no output"},
                DescriptorCase{"flags",
                               [](auto&, auto&, auto& a, auto&) { a.flags = V1E_STIM_PURE | 64; },
                               "has the flags 0x40"},
                DescriptorCase{"unit", [](auto&, auto&, auto&, auto& q) { q.unit = nullptr; },
                               "parameter 'contrast' has no unit"},
                DescriptorCase{"key", [](auto&, auto&, auto&, auto& q) { q.key = "a..b"; },
                               "the parameter key 'a..b'"},
                DescriptorCase{"type", [](auto&, auto&, auto&, auto& q) { q.type = 77; },
                               "has the unknown type 77"},
                DescriptorCase{
                    "default_type",
                    [](auto&, auto&, auto&, auto& q) { q.default_value = &whole_default; },
                    "has a default of type int, but is declared as float"},
                DescriptorCase{"no_default",
                               [](auto&, auto&, auto&, auto& q) { q.default_value = nullptr; },
                               "has no default and is not marked as required"},
                DescriptorCase{
                    "infinite", [](auto&, auto&, auto&, auto& q) { q.default_value = &infinite; },
                    "not finite"},
                DescriptorCase{
                    "limits",
                    [](auto&, auto&, auto&, auto& q) {
                      q.min_value = &two;
                      q.max_value = &one;
                    },
                    "minimum above its maximum"},
                DescriptorCase{
                    "choices",
                    [](auto&, auto&, auto&, auto& q) {
                      q.type = V1E_CHOICE;
                      q.choices = no_choices;
                      q.choice_count = 1;
                    },
                    "choice 0 has no text"},
                DescriptorCase{"replaced_by",
                               [](auto&, auto&, auto&, auto& q) { q.replaced_by = "other"; },
                               "replaced by 'other', which does not exist"}),
    [](const auto& one_case) { return std::string(one_case.param.name); });

}  // namespace
}  // namespace v1::plugin
