// tests/host/change/resolution_test.cpp - what a configuration means, and every error in it.
#include "host/change/resolution.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/change/host_parts.h"
#include "host/plugin/plugin_error.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::Resolution;
using host::Resolver;
using host::ServiceConfig;
using Codes = std::vector<std::string>;

Codes codesOf(const Resolution& resolution) {
    Codes codes;
    for (const auto& diagnostic : resolution.diagnostics) codes.push_back(diagnostic.code);
    return codes;
}

std::string textOf(const Resolution& resolution) {
    std::string text;
    for (const auto& diagnostic : resolution.diagnostics) text += oneLine(diagnostic) + '\n';
    return text;
}

void expectCodes(const Codes& expected, const Resolution& resolution) {
    CPPUNIT_ASSERT_MESSAGE(textOf(resolution), codesOf(resolution) == expected);
}

class ResolverTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(ResolverTest);
    CPPUNIT_TEST(loadsAPluginOnceForAllItsServices);
    CPPUNIT_TEST(tellsEveryErrorOfEveryService);
    CPPUNIT_TEST(checksDisabledServices);
    CPPUNIT_TEST(tellsOnceOfTlsFilesThatCannotBeRead);
    CPPUNIT_TEST(leavesTlsFilesToWhoReadTheFiles);
    CPPUNIT_TEST(sortsByFileAndLine);
    CPPUNIT_TEST(tellsAMistypedPluginKey);
    CPPUNIT_TEST(refusesHandlersThatWouldHoldUpLoops);
    CPPUNIT_TEST(keepsThePluginWhenTheWantedOneIsRejected);
    CPPUNIT_TEST(takesAnotherFileThanTheRejectedOne);
    CPPUNIT_TEST(leavesTlsFilesOfADisabledService);
    CPPUNIT_TEST(namesTheServiceItCannotResolve);
    CPPUNIT_TEST_SUITE_END();

public:
    void loadsAPluginOnceForAllItsServices() {
        const auto file = folder() / "good.so";
        std::filesystem::copy_file(fixturePlugin("good"), file);
        Resolver resolver(options(), parts_->catalog);
        const auto first = resolver.resolve(from("a", file)).plugin;
        // Another file takes its place between the two: the change is of one version.
        std::filesystem::remove(file);
        std::filesystem::copy_file(fixturePlugin("good_v2"), file);
        CHECK(resolver.resolve(from("b", file)).plugin.generation == first.generation);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parts_->catalog.list().size());

        Resolver next(options(), parts_->catalog);
        const auto second = next.resolve(from("b", file)).plugin;
        CPPUNIT_ASSERT_EQUAL(std::string("2.0.0"), second.generation->file().version);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, second.generation->number());  // none in between
    }

    void tellsEveryErrorOfEveryService() {
        auto a = serviceConfig("a");
        addSetting(a, "greting", "1");
        addSetting(a, "nonsense", "2");
        const auto missing = from("missing", folder() / "none.so");
        auto b = serviceConfig("b");
        addSetting(b, "other", "3");
        const auto found = resolve({a, missing, b});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(textOf(found), std::size_t{4}, found.diagnostics.size());
        CPPUNIT_ASSERT_EQUAL(std::string("unknown key \"greting\""), found.diagnostics[0].message);
        CPPUNIT_ASSERT_EQUAL(std::string("did you mean \"greeting\"?"),
                             found.diagnostics[0].suggestion);
        CPPUNIT_ASSERT_EQUAL(std::string("unknown key \"nonsense\""), found.diagnostics[1].message);
        CPPUNIT_ASSERT_EQUAL(std::string("bad-plugin"), found.diagnostics[2].code);
        CPPUNIT_ASSERT_EQUAL(std::string("unknown key \"other\""), found.diagnostics[3].message);
    }

    void checksDisabledServices() {
        auto config = serviceConfig("a");
        config.options.enabled = false;
        addSetting(config, "nonsense", "2");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, resolve({config}).diagnostics.size());
        config.settings.clear();
        const auto found = resolve({config});
        expectCodes({}, found);
        CPPUNIT_ASSERT(found.services.at(0).plugin.generation && found.services.at(0).setup);
    }

    void tellsOnceOfTlsFilesThatCannotBeRead() {
        auto config = serviceConfig("a");
        config.options.tlsCertificate = folder() / "none.pem";
        config.options.tlsKey = folder() / "none.key";
        config.options.tlsClientCa = folder() / "none.ca";
        const auto found = resolve({config});
        expectCodes({"bad-certificate"}, found);
        CPPUNIT_ASSERT(found.services.at(0).plugin.generation);

        config.options.tlsCertificate = config.options.tlsKey = config.options.tlsClientCa =
            parts_->folder.write("empty.pem", "");
        expectCodes({"bad-certificate"}, resolve({config}));
    }

    // They were told with file and line already.
    void leavesTlsFilesToWhoReadTheFiles() {
        host::ConfigResult read;
        read.config.services = {serviceConfig("a")};
        read.config.services[0].options.tlsCertificate = folder() / "none.pem";
        read.config.services[0].options.tlsKey = folder() / "none.key";
        expectCodes({"bad-certificate"}, Resolver(options(), parts_->catalog).resolveAll(read));
        read.diagnostics = {{.position = {"main.ini", 3}, .code = "of-the-file", .message = "m"}};
        expectCodes({"of-the-file"}, Resolver(options(), parts_->catalog).resolveAll(read));
    }

    void sortsByFileAndLine() {
        host::ConfigResult read;
        read.config.file = "main.ini";
        auto service = from("a", folder() / "none.so");
        service.section = {"main.ini", 5};
        read.config.services = {service};
        read.diagnostics = {{.position = {"a_part.ini", 1}, .code = "of-a-part", .message = "m"},
                            {.position = {"main.ini", 9}, .code = "late", .message = "m"},
                            {.position = {"main.ini", 2}, .code = "early", .message = "m"}};
        expectCodes({"early", "bad-plugin", "late", "of-a-part"},
                    Resolver(options(), parts_->catalog).resolveAll(read));
    }

    void tellsAMistypedPluginKey() {
        auto config = serviceConfig("a");
        config.options.plugin.clear();
        addSetting(config, "plugn", "good");
        const auto found = resolve({config});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(textOf(found), std::size_t{1}, found.diagnostics.size());
        CPPUNIT_ASSERT_EQUAL(std::string("did you mean \"plugin\"?"),
                             found.diagnostics[0].suggestion);
    }

    void refusesHandlersThatWouldHoldUpLoops() {
        auto config = from("a", fixturePlugin("threads_only"));
        expectCodes({}, resolve({config}));
        config.options.engine = host::EngineKind::Fibers;
        expectCodes({"wrong-engine"}, resolve({config}));
        expectCodes({}, resolve({[&] {
                        auto good = serviceConfig("b");
                        good.options.engine = host::EngineKind::Fibers;
                        return good;
                    }()}));
    }

    void keepsThePluginWhenTheWantedOneIsRejected() {
        const auto running = parts_->fake(from("a", fixturePlugin("answers_one")));
        const auto wanted = fixturePlugin("good");
        running->change([&](FakeState& state) {
            state.version = parts_->version(1, "answers_one");
            state.rejected = {host::identityOf(wanted).value()};
        });
        auto config = from("a", wanted);
        config.options.maxConnections = 7;
        auto kept = resolver().resolve(config);
        keepWhereRejected(kept, *running);
        CHECK(kept.plugin.generation == running->version()->generation);
        CPPUNIT_ASSERT_EQUAL(fixturePlugin("answers_one").string(), kept.config.options.plugin);
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, kept.config.options.maxConnections);
        // One that has nothing to keep gets it.
        running->change([](FakeState& state) { state.version.reset(); });
        auto taken = resolver().resolve(config);
        keepWhereRejected(taken, *running);
        CPPUNIT_ASSERT_EQUAL(wanted.string(), taken.config.options.plugin);
    }

    void takesAnotherFileThanTheRejectedOne() {
        const auto running = parts_->fake(from("a", fixturePlugin("answers_one")));
        running->change([&](FakeState& state) {
            state.version = parts_->version(1, "answers_one");
            state.rejected = {host::identityOf(fixturePlugin("good")).value()};
        });
        auto resolved = resolver().resolve(from("a", fixturePlugin("good_v2")));
        keepWhereRejected(resolved, *running);
        CPPUNIT_ASSERT_EQUAL(std::string("2.0.0"), resolved.plugin.generation->file().version);
    }

    // Nobody is to be served with them.
    void leavesTlsFilesOfADisabledService() {
        auto config = serviceConfig("a");
        config.options.tlsCertificate = folder() / "none.pem";
        config.options.tlsKey = folder() / "none.key";
        const auto found = resolve({config});
        expectCodes({"bad-certificate"}, found);
        CPPUNIT_ASSERT_EQUAL(
            std::string("service \"a\": tls_certificate cannot be read: No such file or directory"),
            found.diagnostics[0].message);
        config.options.enabled = false;
        expectCodes({}, resolve({config}));
    }

    void namesTheServiceItCannotResolve() {
        try {
            static_cast<void>(resolver().resolve(from("lost", folder() / "none.so")));
            CPPUNIT_FAIL("a plugin that is not there was resolved");
        } catch (const host::PluginError& error) {
            const std::string text = error.what();
            CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("service \"lost\": "));
        }
    }

private:
    static ServiceConfig from(const std::string& name, const std::filesystem::path& plugin) {
        auto config = serviceConfig(name);
        config.options.plugin = plugin;
        return config;
    }
    [[nodiscard]] const TemporaryFolder& folder() const { return parts_->folder; }
    [[nodiscard]] Resolver resolver() { return {options(), parts_->catalog}; }
    [[nodiscard]] Resolution resolve(const std::vector<ServiceConfig>& services) {
        return resolver().resolveAll(services);
    }

    [[nodiscard]] host::HostOptions options() const {
        host::HostOptions options;
        options.plugins = {folder() / "plugins"};
        return options;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResolverTest);

}  // namespace
}  // namespace berth::test
