// tests/sdk/inspect/hostile_plugin_test.cpp - files that were cut, damaged or made to mislead:
// preflight must answer, and must not read where it should not.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <elf.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "berth/inspect/plugin_file.h"
#include "support/check.h"
#include "support/fixture_plugin.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using inspect::preflight;

class HostilePluginTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostilePluginTest);
    CPPUNIT_TEST(refusesAFileThatWasCutAnywhere);
    CPPUNIT_TEST(refusesNotesWithImpossibleLengths);
    CPPUNIT_TEST(refusesHeadersThatPointOutside);
    CPPUNIT_TEST(survivesEachDamagedDynamicEntry);
    CPPUNIT_TEST(survivesDamagedSymbolHashes);
    CPPUNIT_TEST(survivesRandomBytes);
    CPPUNIT_TEST_SUITE_END();

public:
    void refusesAFileThatWasCutAnywhere() {
        const auto whole = PluginBytes("good").bytes();
        const auto file = folder_.write("cut.so", whole);
        std::vector<std::size_t> lengths;
        for (std::size_t i = 1; i <= 64; ++i) lengths.push_back(whole.size() - i);
        for (std::size_t i = 200; i > 0; --i) lengths.push_back(whole.size() * i / 201);
        for (std::size_t i = 600; i > 0; --i) lengths.push_back(i);
        std::ranges::sort(lengths, std::greater{});
        for (const auto length : lengths) {
            std::filesystem::resize_file(file, length);
            assertRefusedInOneLine(file, "cut to " + std::to_string(length) + " bytes");
        }
    }

    void refusesNotesWithImpossibleLengths() {
        for (const auto length : {3U, 0x7fffffffU, 0xfffffff0U, 0xffffffffU}) {
            for (const std::size_t field : {20U, 16U}) {  // before the content: namesz, descsz
                PluginBytes plugin("good");
                plugin.put(plugin.noteAt() - field, length);
                assertRefusedInOneLine(plugin.writeTo(folder_ / "note.so"),
                                       "length " + std::to_string(length));
            }
        }
        PluginBytes shortNote("good");
        shortNote.put(shortNote.noteAt() - 16, std::uint32_t{20});
        const auto report = preflight(shortNote.writeTo(folder_ / "short.so"));
        CHECK(startsWith(report.problems.front(), "damaged: the ABI note has 20 bytes"));
    }

    void refusesHeadersThatPointOutside() {
        for (const auto offset : {std::uint64_t{1} << 40, ~std::uint64_t{0}, ~std::uint64_t{63}}) {
            assertSpoiltIsRefused(offsetof(Elf64_Ehdr, e_phoff), offset);
            assertSpoiltIsRefused(offsetof(Elf64_Ehdr, e_shoff), offset);
        }
        assertSpoiltIsRefused(offsetof(Elf64_Ehdr, e_phnum), std::uint16_t{0xffff});
        assertSpoiltIsRefused(offsetof(Elf64_Ehdr, e_phentsize), std::uint16_t{1});
        assertSpoiltIsRefused(offsetof(Elf64_Ehdr, e_phnum), std::uint16_t{0});
        for (std::size_t segment = 0; segment < 4; ++segment) {
            const auto header = sizeof(Elf64_Ehdr) + segment * sizeof(Elf64_Phdr);
            assertSpoiltIsRefused(header + offsetof(Elf64_Phdr, p_filesz), ~std::uint64_t{0});
            assertSpoiltIsRefused(header + offsetof(Elf64_Phdr, p_offset), ~std::uint64_t{0});
        }
    }

    void survivesEachDamagedDynamicEntry() {
        const PluginBytes plugin("good");
        const auto dynamic = segment(plugin, PT_DYNAMIC);
        for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= dynamic.p_filesz;
             at += sizeof(Elf64_Dyn)) {
            const auto value = dynamic.p_offset + at + offsetof(Elf64_Dyn, d_un);
            for (const auto wrong : {std::uint64_t{0}, std::uint64_t{1} << 62, ~std::uint64_t{0}}) {
                assertAnswers(PluginBytes(plugin).put(value, wrong).writeTo(folder_ / "dyn.so"));
            }
        }
    }

    void survivesDamagedSymbolHashes() {
        const PluginBytes plugin("good");
        Elf64_Addr hashes = 0;
        const auto dynamic = segment(plugin, PT_DYNAMIC);
        for (std::uint64_t at = 0; at < dynamic.p_filesz; at += sizeof(Elf64_Dyn)) {
            const auto entry = object<Elf64_Dyn>(plugin, dynamic.p_offset + at);
            if (entry.d_tag == DT_GNU_HASH) hashes = entry.d_un.d_ptr;
        }
        CHECK(hashes != 0);
        for (std::size_t word = 0; word < 16; ++word) {
            for (const auto wrong : {0U, 1U, 0x7fffffffU, 0xffffffffU}) {
                // The first segment is mapped at address 0: addresses are offsets there.
                PluginBytes damaged(plugin);
                damaged.put(hashes + word * sizeof wrong, wrong);
                assertAnswers(damaged.writeTo(folder_ / "hash.so"));
            }
        }
    }

    void survivesRandomBytes() {
        const PluginBytes plugin("good");
        const auto dynamic = segment(plugin, PT_DYNAMIC);
        const auto file = plugin.writeTo(folder_ / "random.so");
        std::mt19937 random(20240229);  // NOLINT: the same variants in every run
        std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
        std::size_t refused = 0;
        for (int variant = 0; variant < 2000; ++variant) {
            std::vector<std::size_t> changed;
            for (unsigned i = 0; i <= random() % 8; ++i) {
                changed.push_back(position(random, plugin, dynamic));
                put(stream, changed.back(), static_cast<char>(random()));
            }
            stream.flush();
            if (!assertAnswers(file)) ++refused;
            for (const auto at : changed) put(stream, at, plugin.bytes()[at]);
        }
        CHECK(refused > 500);
        stream.flush();
        CPPUNIT_ASSERT(preflight(file).accepted());
    }

private:
    template <class T>
    static T object(const PluginBytes& plugin, std::uint64_t offset) {
        T value{};
        std::memcpy(&value, plugin.bytes().substr(offset, sizeof value).data(), sizeof value);
        return value;
    }

    static Elf64_Phdr segment(const PluginBytes& plugin, Elf64_Word type) {
        const auto header = object<Elf64_Ehdr>(plugin, 0);
        for (unsigned i = 0; i < header.e_phnum; ++i) {
            const auto found = object<Elf64_Phdr>(plugin, header.e_phoff + i * sizeof(Elf64_Phdr));
            if (found.p_type == type) return found;
        }
        throw std::runtime_error("the fixture lacks a segment");
    }

    // Mostly where preflight looks: the headers, the note, the dynamic section, early tables.
    static std::size_t position(std::mt19937& random, const PluginBytes& plugin,
                                const Elf64_Phdr& dynamic) {
        switch (random() % 5) {
            case 0:
                return random() % 1024;
            case 1:
                return plugin.noteAt() - 20 + random() % 200;
            case 2:
                return dynamic.p_offset + random() % dynamic.p_filesz;
            case 3:
                return random() % 8192;
            default:
                return random() % plugin.bytes().size();
        }
    }

    static void put(std::fstream& stream, std::size_t at, char byte) {
        stream.seekp(static_cast<std::streamoff>(at));
        stream.put(byte);
    }

    template <class T>
    void assertSpoiltIsRefused(std::size_t offset, const T& value) {
        const auto file = PluginBytes("good").put(offset, value).writeTo(folder_ / "header.so");
        assertRefusedInOneLine(file, "header byte " + std::to_string(offset));
    }

    // True when the file was accepted.
    static bool assertAnswers(const std::filesystem::path& file) {
        const auto report = preflight(file);
        CHECK(report.accepted() == report.problems.empty());
        for (const auto& problem : report.problems) {
            CPPUNIT_ASSERT(!problem.empty());
            CPPUNIT_ASSERT(std::ranges::none_of(problem, [](char c) { return c < ' '; }));
        }
        return report.accepted();
    }

    static void assertRefusedInOneLine(const std::filesystem::path& file, const std::string& what) {
        CPPUNIT_ASSERT_MESSAGE(what, !assertAnswers(file));
    }

    TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostilePluginTest);

}  // namespace
}  // namespace berth::test
