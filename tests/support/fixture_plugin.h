// tests/support/fixture_plugin.h - the built plugins of tests/fixtures, and copies to be spoilt.
#pragma once

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "support/temporary_folder.h"

namespace berth::test {

// tests/fixtures/NAME.so of the build folder.
inline std::filesystem::path fixturePlugin(const std::string& name) {
    return std::filesystem::path(BERTH_TEST_BINARY_DIR) / "tests/fixtures" / (name + ".so");
}

// The bytes of a fixture, to be changed and written elsewhere.
class PluginBytes {
public:
    explicit PluginBytes(const std::string& fixture) : bytes_(readFile(fixturePlugin(fixture))) {
        if (bytes_.empty()) throw std::runtime_error("the fixture " + fixture + " is not built");
    }

    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

    // Where the content of the ABI note begins; its ELF header lies in the 20 bytes before.
    [[nodiscard]] std::size_t noteAt() const {
        constexpr std::string_view kOwnerAndMagic("Berth\0\0\0BERTHPLG", 16);
        const auto at = bytes_.find(kOwnerAndMagic);
        if (at == std::string::npos) throw std::runtime_error("the fixture has no note");
        return at + 8;
    }

    template <class T>
    PluginBytes& put(std::size_t offset, const T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        std::memcpy(&bytes_.at(offset), &value, sizeof value);
        return *this;
    }
    // Zero-terminated.
    PluginBytes& putText(std::size_t offset, std::string_view text) {
        bytes_.replace(offset, text.size(), text);
        bytes_.at(offset + text.size()) = '\0';
        return *this;
    }

    std::filesystem::path writeTo(const std::filesystem::path& file) const {
        std::ofstream(file, std::ios::binary) << bytes_;
        return file;
    }

private:
    std::string bytes_;
};

}  // namespace berth::test
