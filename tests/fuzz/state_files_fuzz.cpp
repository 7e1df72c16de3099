// tests/fuzz/state_files_fuzz.cpp - files that a host finds of an earlier one, or of somebody else:
// the token, marks of versions that crashed, states of uploads. The first byte chooses.
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string>

#include "fuzz/fuzz_target.h"
#include "fuzz/model/folder.h"
#include "host/control/auth/token.h"
#include "host/plugin/content_digest.h"
#include "host/plugin/probation_mark.h"
#include "upload/part_state.h"

namespace berth::fuzz {
namespace {

namespace fs = std::filesystem;

bool isTokenText(std::string_view text) {
    return text.size() >= 32 && text.size() <= 1024 &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

void writeFile(const fs::path& file, std::string_view content) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

void readToken(const fs::path& folder, std::string_view content) {
    const auto file = folder / "token";
    writeFile(file, content);
    const auto line = content.substr(0, content.size() - (content.ends_with('\n') ? 1 : 0));
    try {
        const auto token = host::control::loadOrCreateToken(file);
        require(token == line && isTokenText(token), "a token is what the file's line says");
    } catch (const std::runtime_error& error) {
        const std::string_view text = error.what();
        require(!isTokenText(line), "a good token is taken");
        require(text.find('\n') == text.npos, "an error is one line");
        // What has blanks is no token, and may be what the error itself says.
        const bool secret = line.size() >= 16 && line.find(' ') == line.npos;
        require(!secret || text.find(line) == text.npos, "an error shows no token");
    }
}

// `@` in the text stands for the digest of the plugin that the mark may name.
void readMark(const fs::path& folder, std::string_view content) {
    const auto plugin = folder / "plugin.so";
    if (!fs::exists(plugin)) writeFile(plugin, "a version that crashed");
    const auto staging = folder / "staging";
    fs::remove_all(staging);
    fs::create_directories(staging / "probation");
    writeFile(staging / "before.so", "the version before");
    std::string text(content);
    for (auto at = text.find('@'); at != text.npos; at = text.find('@', at)) {
        text.replace(at, 1, host::contentDigest(plugin));
    }
    for (auto at = text.find('%'); at != text.npos; at = text.find('%', at)) {
        text.replace(at, 1, plugin.string());
    }
    writeFile(staging / "probation/shout", text);
    for (const auto& crashed : host::takeCrashedVersions(staging)) {
        const auto line = toString(crashed);
        require(!line.empty() && line.find('\n') == line.npos, "what crashed is told in one line");
        require(crashed.digest == host::contentDigest(crashed.file), "the file is the one of then");
        require(crashed.kept.empty() || crashed.kept == staging / "probation/shout.so",
                "what is kept is beside the mark");
    }
    require(fs::exists(plugin) && fs::exists(folder / "token"), "nothing else is touched");
}

void readState(std::string_view content) {
    const auto state = upload::parseState(content);
    if (!state) return;
    require(upload::parseState(upload::formatState(*state)) == state, "a state is kept");
}

}  // namespace

void target(std::string_view input) {
    static const WorkFolder work;
    if (input.empty()) return;
    const auto content = input.substr(1);
    if (!fs::exists(work.path() / "token")) writeFile(work.path() / "token", "");
    switch (input.front() % 3) {
        case 0:
            return readToken(work.path(), content);
        case 1:
            return readMark(work.path(), content);
        default:
            return readState(content);
    }
}

}  // namespace berth::fuzz
