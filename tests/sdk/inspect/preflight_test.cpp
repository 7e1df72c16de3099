// tests/sdk/inspect/preflight_test.cpp - what preflight tells of a plugin, and why it refuses one.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <elf.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "berth/abi.h"
#include "berth/inspect/plugin_file.h"
#include "support/check.h"
#include "support/fixture_plugin.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using abi::PluginNote;
using inspect::preflight;

std::string text(std::uint64_t number) {
    return std::to_string(number);
}

class PreflightTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PreflightTest);
    CPPUNIT_TEST(tellsWhatAGoodPluginSaysOfItself);
    CPPUNIT_TEST(listsKindsInOrder);
    CPPUNIT_TEST(refusesWhatIsNoRegularFile);
    CPPUNIT_TEST(refusesFilesThatAreNoElf);
    CPPUNIT_TEST(refusesLibrariesOfOtherMachines);
    CPPUNIT_TEST(refusesALibraryWithoutANote);
    CPPUNIT_TEST(saysWhichSizeDiffers);
    CPPUNIT_TEST(saysHowTheAbiNumberDiffers);
    CPPUNIT_TEST(saysHowTheMagicDiffers);
    CPPUNIT_TEST(saysHowCompilerAndStandardLibraryDiffer);
    CPPUNIT_TEST(namesEveryFieldThatDiffersAtOnce);
    CPPUNIT_TEST(refusesNamesThatAreNone);
    CPPUNIT_TEST(refusesAMissingDescriptor);
    CPPUNIT_TEST(refusesADescriptorOfAnotherSize);
    CPPUNIT_TEST(warnsOfAnotherSdkVersion);
    CPPUNIT_TEST(warnsOfWhatKeepsAFileMapped);
    CPPUNIT_TEST_SUITE_END();

public:
    void tellsWhatAGoodPluginSaysOfItself() {
        const auto report = preflight(fixturePlugin("good"));
        CPPUNIT_ASSERT(report.accepted());
        CPPUNIT_ASSERT_EQUAL(std::string("good"), report.file->name);
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3"), report.file->version);
        CPPUNIT_ASSERT_EQUAL(std::string(abi::hostNote().sdkVersion.data()),
                             report.file->sdkVersion);
        CHECK(report.file->path == fixturePlugin("good"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{40}, report.file->buildId.size());
        CPPUNIT_ASSERT(contains(report.file->needed, "libberth.so.1"));
        CHECK(isEmpty(report.file->uniqueSymbols));
        CHECK(isEmpty(report.warnings));
    }

    void listsKindsInOrder() {
        const std::vector<std::string> expected{"alpha", "beta"};
        CHECK(expected == preflight(fixturePlugin("two_kinds")).file->kinds);
    }

    void refusesWhatIsNoRegularFile() {
        assertRefused("cannot be opened: No such file or directory", folder_ / "absent.so");
        assertRefused("a directory, not a file", folder_.path());
        assertRefused("the file is empty", folder_.write("empty.so", ""));
        const auto fifo = folder_ / "fifo.so";
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(fifo.c_str(), 0600));
        assertRefused("not a regular file", fifo);
        const auto loop = folder_ / "loop.so";
        std::filesystem::create_symlink(loop, loop);
        assertRefused("cannot be opened: Too many levels of symbolic links", loop);
    }

    void refusesFilesThatAreNoElf() {
        const std::string expected =
            "not a shared library: the file does not begin with the ELF magic";
        assertRefused(expected, folder_.write("text.so", "#!/bin/sh\nexit 0\n"));
        assertRefused(expected, folder_.write("short.so",
                                              "\x7f"
                                              "EL"));
        assertRefused("truncated or damaged: the ELF headers reach beyond the 4 bytes of the file",
                      folder_.write("magic.so",
                                    "\x7f"
                                    "ELF"));
    }

    void refusesLibrariesOfOtherMachines() {
        assertRefused("built for s390, this host is " + machine(),
                      spoilt(offsetof(Elf64_Ehdr, e_machine), std::uint16_t{EM_S390}));
        assertRefused("not a 64-bit library", spoilt(EI_CLASS, std::uint8_t{ELFCLASS32}));
        assertRefused("not a little-endian library", spoilt(EI_DATA, std::uint8_t{ELFDATA2MSB}));
        assertRefused("an executable, not a shared library",
                      spoilt(offsetof(Elf64_Ehdr, e_type), std::uint16_t{ET_EXEC}));
        assertRefused("an object file, not a shared library",
                      spoilt(offsetof(Elf64_Ehdr, e_type), std::uint16_t{ET_REL}));
    }

    void refusesALibraryWithoutANote() {
        assertRefused(
            "a shared library but no Berth plugin: it has no .note.berth; write "
            "BERTH_SERVICE(\"name\", Class, Settings) in one of its sources and build it with "
            "berth_add_plugin()",
            fixturePlugin("no_note"));
    }

    void saysWhichSizeDiffers() {
        struct Field {
            const char* name;
            std::size_t offset;
        };
        constexpr std::array kFields{
            Field{"the note", offsetof(PluginNote, noteSize)},
            Field{"PluginDescriptor", offsetof(PluginNote, descriptorSize)},
            Field{"ServiceKind", offsetof(PluginNote, kindSize)},
            Field{"Service", offsetof(PluginNote, serviceSize)},
            Field{"Connection", offsetof(PluginNote, connectionSize)},
            Field{"Context", offsetof(PluginNote, contextSize)},
            Field{"SettingValue", offsetof(PluginNote, settingSize)},
        };
        for (const auto& field : kFields) {
            std::uint32_t ours = 0;
            std::memcpy(&ours, reinterpret_cast<const char*>(&abi::hostNote()) + field.offset,
                        sizeof ours);
            assertRefused("the size of " + std::string(field.name) + " is " + text(ours + 1) +
                              " bytes, this host's is " + text(ours) + ": " + rebuild(),
                          spoiltNote(field.offset, ours + 1));
        }
    }

    void saysHowTheAbiNumberDiffers() {
        constexpr auto kAt = offsetof(PluginNote, abiNumber);
        const auto expected = "ABI number is " + text(abi::kAbiNumber + 1) + ", this host's is " +
                              text(abi::kAbiNumber) + ": " + rebuild();
        assertRefused(expected, spoiltNote(kAt, abi::kAbiNumber + 1));
    }

    void saysHowTheMagicDiffers() {
        assertRefused("the note's magic is \"XERTHPLG\", this host's is \"BERTHPLG\": " + rebuild(),
                      spoiltNote(0, 'X'));
    }

    void saysHowCompilerAndStandardLibraryDiffer() {
        const std::string compiler(abi::hostNote().compilerAbi.data());
        PluginBytes one("good");
        one.putText(one.noteAt() + offsetof(PluginNote, compilerAbi), "gxx-1");
        assertRefused("compiler ABI is \"gxx-1\", this host's is \"" + compiler +
                          "\": build the plugin with the compiler of the host",
                      one.writeTo(folder_ / "one.so"));

        const std::string library(abi::hostNote().standardLibrary.data());
        PluginBytes two("good");
        two.putText(two.noteAt() + offsetof(PluginNote, standardLibrary), "li\"bc\n++");
        assertRefused("standard library is \"li\\x22bc\\x0a++\", this host's is \"" + library +
                          "\": build the plugin with the standard library of the host",
                      two.writeTo(folder_ / "two.so"));
    }

    void namesEveryFieldThatDiffersAtOnce() {
        PluginBytes plugin("good");
        const auto note = plugin.noteAt();
        plugin.put(note + offsetof(PluginNote, serviceSize), std::uint32_t{1})
            .put(note + offsetof(PluginNote, contextSize), std::uint32_t{2})
            .putText(note + offsetof(PluginNote, compilerAbi), "gxx-1");
        const auto report = preflight(plugin.writeTo(folder_ / "three.so"));
        CPPUNIT_ASSERT(!report.accepted());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, report.problems.size());
    }

    void refusesNamesThatAreNone() {
        constexpr auto kName = offsetof(PluginNote, pluginName);
        constexpr auto kVersion = offsetof(PluginNote, pluginVersion);
        constexpr auto kKinds = offsetof(PluginNote, kinds);
        assertRefused(
            "the plugin's name \"../good\" is no name: letters, digits, _ and - are "
            "allowed",
            renamed(kName, "../good"));
        assertRefused("the plugin's name \"\" is no name: letters, digits, _ and - are allowed",
                      renamed(kName, ""));
        assertRefused(
            "the plugin's version \"1 2\" is no version: letters, digits and ._+~- are "
            "allowed",
            renamed(kVersion, "1 2"));
        assertRefused("the note names no kind of service", renamed(kKinds, ""));
        assertRefused("the kind \"good\" is named twice", renamed(kKinds, "good good"));
        assertRefused("the kind \"\" is no name: letters, digits, _ and - are allowed",
                      renamed(kKinds, "good  other"));
        assertRefused("the kind \"go\\x1bod\" is no name: letters, digits, _ and - are allowed",
                      renamed(kKinds, "go\x1bod"));
        assertRefused("the note names 17 kinds of service, a plugin has at most 16",
                      renamed(kKinds, "a b c d e f g h i j k l m n o p q"));
        assertRefused("the list of kinds in the note has no end",
                      spoiltNote(kKinds, filled<512>('k')));
        assertRefused("the plugin's name in the note has no end",
                      spoiltNote(kName, filled<32>('n')));
    }

    void refusesAMissingDescriptor() {
        assertRefused(
            "the symbol berth_plugin_descriptor is not exported: build the plugin with "
            "berth_add_plugin()",
            fixturePlugin("hidden_descriptor"));
    }

    void refusesADescriptorOfAnotherSize() {
        PluginBytes plugin("good");
        const auto size = std::uint64_t{sizeof(abi::PluginDescriptor)};
        std::string pattern(sizeof size, '\0');
        std::memcpy(pattern.data(), &size, sizeof size);
        std::size_t patched = 0;
        auto at = plugin.bytes().find(pattern);
        for (; at != std::string::npos; at = plugin.bytes().find(pattern, at + 1), ++patched) {
            plugin.put(at, size + 1);
        }
        CHECK(patched > 0);
        assertRefused("the symbol berth_plugin_descriptor has " + text(size + 1) +
                          " bytes, this host's has " + text(size) +
                          ": build the plugin with berth_add_plugin()",
                      plugin.writeTo(folder_ / "descriptor.so"));
    }

    void warnsOfAnotherSdkVersion() {
        const auto report = preflight(renamed(offsetof(PluginNote, sdkVersion), "0.0.9"));
        CPPUNIT_ASSERT(report.accepted());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, report.warnings.size());
        CPPUNIT_ASSERT_EQUAL("built with the SDK 0.0.9, this host has " + sdkVersion(),
                             report.warnings.front());
    }

    void warnsOfWhatKeepsAFileMapped() {
        const auto unique = preflight(fixturePlugin("unique_symbol"));
        CPPUNIT_ASSERT(unique.accepted());
        CPPUNIT_ASSERT(
            contains(unique.file->uniqueSymbols, "_ZZN13berth_fixture14countOfClientsEvE5count"));
        CPPUNIT_ASSERT_EQUAL(unique.file->uniqueSymbols.size(), unique.warnings.size());

        const auto noDelete = preflight(fixturePlugin("no_delete"));
        CPPUNIT_ASSERT(noDelete.accepted());
        CPPUNIT_ASSERT(noDelete.file->noDelete);
        CPPUNIT_ASSERT(contains(noDelete.warnings,
                                "linked with -z nodelete: it stays mapped after it is closed"));
    }

private:
    static bool contains(const std::vector<std::string>& lines, const std::string& line) {
        return std::find(lines.begin(), lines.end(), line) != lines.end();
    }
    static std::string sdkVersion() { return abi::hostNote().sdkVersion.data(); }
    static std::string rebuild() { return "rebuild the plugin with the SDK " + sdkVersion(); }
    static std::string machine() {
#if defined(__x86_64__)
        return "x86-64";
#else
        return "aarch64";
#endif
    }

    template <std::size_t Size>
    static std::array<char, Size> filled(char c) {
        std::array<char, Size> field{};
        field.fill(c);
        return field;
    }

    template <class T>
    std::filesystem::path spoilt(std::size_t offset, const T& value) {
        return PluginBytes("good").put(offset, value).writeTo(folder_ / "spoilt.so");
    }
    template <class T>
    std::filesystem::path spoiltNote(std::size_t offset, const T& value) {
        return spoilt(PluginBytes("good").noteAt() + offset, value);
    }
    std::filesystem::path renamed(std::size_t offset, std::string_view name) {
        PluginBytes plugin("good");
        return plugin.putText(plugin.noteAt() + offset, name).writeTo(folder_ / "renamed.so");
    }

    static void assertRefused(const std::string& problem, const std::filesystem::path& file) {
        const auto report = preflight(file);
        CPPUNIT_ASSERT_MESSAGE(problem, !report.accepted());
        CPPUNIT_ASSERT_EQUAL(problem, report.problems.front());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, report.problems.size());
    }

    TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PreflightTest);

}  // namespace
}  // namespace berth::test
