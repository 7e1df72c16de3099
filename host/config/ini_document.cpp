// host/config/ini_document.cpp - reads ini text line by line, with every error and its place.
#include "host/config/ini_document.h"

#include <algorithm>
#include <map>
#include <utility>

#include "host/base/blanks.h"
#include "host/config/hidden_value.h"
#include "host/config/ini_value.h"

namespace berth::host {
namespace {

bool isKeyCharacter(char c) {
    return static_cast<unsigned char>(c) > ' ' &&
           std::string_view("\"'[]#;").find(c) == std::string_view::npos;
}

class Parser {
public:
    Parser(const std::filesystem::path& file, std::vector<Diagnostic>& diagnostics)
        : diagnostics_(diagnostics), before_(diagnostics.size()) {
        document_.file = file;
    }

    // Nothing more is to be read.
    [[nodiscard]] bool tired() const {
        return tooManyKeys_ || diagnostics_.size() - before_ >= kMaxIniErrors;
    }

    void readLine(std::string_view line) {
        ++number_;
        line_ = line;
        if (!checkBytes()) return;
        const auto first = line.find_first_not_of(kBlanks);
        if (first == std::string_view::npos || line[first] == '#' || line[first] == ';') return;
        line[first] == '[' ? readHeader(first) : readEntry(first);
    }

    // The last line, which has no line end.
    void readUnfinishedLine(std::string_view line) {
        const auto known = diagnostics_.size();
        readLine(line);
        if (diagnostics_.size() != known) return;  // so much is wrong with it already
        report(line_.size(), 0, "unfinished-line",
               "the last line does not end, as in a file that was cut short",
               "put a line end behind it");
    }

    void giveUp() {
        if (tooManyKeys_) return;
        diagnostics_.push_back({.position = at(0, 0),
                                .code = "too-many-errors",
                                .message = "too many errors; the rest of the file was not read"});
    }

    IniDocument take() { return std::move(document_); }

private:
    [[nodiscard]] SourcePosition at(std::size_t column, std::size_t length) const {
        return {.file = document_.file, .line = number_, .column = column, .length = length};
    }

    // Of the section that the line belongs to; empty when there is none.
    [[nodiscard]] std::string_view sectionName() const {
        return section_ == nullptr ? std::string_view() : section_->name;
    }

    void report(std::size_t offset, std::size_t length, std::string code, std::string message,
                std::string suggestion = {}) {
        diagnostics_.push_back({.position = at(offset + 1, length),
                                .code = std::move(code),
                                .message = std::move(message),
                                .suggestion = std::move(suggestion),
                                .sourceLine = hideForeignValue(sectionName(), line_)});
    }

    bool checkBytes() {
        if (line_.size() > kMaxIniLine) {
            line_ = line_.substr(0, kMaxIniLine);
            report(kMaxIniLine, 1, "line-too-long",
                   "the line is longer than " + std::to_string(kMaxIniLine) + " bytes");
            return false;
        }
        const auto control = std::ranges::find_if(line_, isControl);
        if (control == line_.end()) return true;
        const auto offset = static_cast<std::size_t>(control - line_.begin());
        report(offset, 1, "control-character",
               "the line holds a control character, byte " +
                   std::to_string(static_cast<unsigned char>(*control)));
        return false;
    }

    // After a header without a name, entries are still checked but belong to no section.
    void readHeader(std::size_t open) {
        section_ = nullptr;
        headerSeen_ = true;
        keys_.clear();
        const auto close = line_.find(']', open);
        if (close == std::string_view::npos) {
            auto name = line_.substr(open, line_.find_first_of("#;=", open) - open);
            name = name.substr(0, name.find_last_not_of(kBlanks) + 1);
            report(open, name.size(), "unclosed-bracket", "the bracket is never closed",
                   "write \"" + std::string(name) + "]\"");
            return readName(open + 1, name.substr(1));
        }
        const auto name = line_.substr(open + 1, close - open - 1);
        if (name.find_first_not_of(kBlanks) == std::string_view::npos) {
            return report(open, close - open + 1, "empty-section", "the section has no name");
        }
        if (const auto rest = line_.substr(close + 1); !blankOrComment(rest)) {
            const auto text = rest.find_first_not_of(kBlanks);
            report(close + 1 + text, 0, "text-after-section", "text follows the closing bracket",
                   "keys start on a line of their own, comments with a blank and \"#\"");
        }
        readName(open + 1, name);
    }

    // What stands between the brackets, from `offset` on; nothing when it is blank.
    void readName(std::size_t offset, std::string_view name) {
        const auto first = name.find_first_not_of(kBlanks);
        if (first == std::string_view::npos) return;
        const auto last = name.find_last_not_of(kBlanks);
        addSection(name.substr(first, last - first + 1), offset + first);
    }

    void addSection(std::string_view name, std::size_t offset) {
        const auto [known, isNew] = sections_.emplace(name, number_);
        if (!isNew) {
            return report(offset, name.size(), "duplicate-section",
                          "the section [" + std::string(name) + "] is already there, at line " +
                              std::to_string(known->second));
        }
        if (document_.sections.size() == kMaxIniSections) {
            return report(
                offset, name.size(), "too-many-sections",
                "the file has more than " + std::to_string(kMaxIniSections) + " sections");
        }
        section_ =
            &document_.sections.emplace_back(IniSection{.name = std::string(name),
                                                        .position = at(offset + 1, name.size()),
                                                        .sourceLine = hideValue(line_),
                                                        .entries = {}});
    }

    void readEntry(std::size_t first) {
        const auto equals = line_.find('=', first);
        if (equals == std::string_view::npos) return reportJunk(first);
        if (equals == first) {
            return report(first, 1, "empty-key", "nothing stands before \"=\"");
        }
        const auto key =
            line_.substr(first, line_.find_last_not_of(kBlanks, equals - 1) + 1 - first);
        if (!checkKey(key, first) || !checkPlace(first, key)) return;
        auto scanned = scanIniValue(line_.substr(equals + 1), isCommandKey(key));
        if (const auto* error = std::get_if<IniValueError>(&scanned)) {
            return report(equals + 1 + error->offset, error->length, error->code, error->message,
                          error->suggestion);
        }
        auto& value = std::get<IniValue>(scanned);
        if (section_ == nullptr) return;
        if (keyCount_++ == kMaxIniKeys) {
            tooManyKeys_ = true;
            return report(first, key.size(), "too-many-keys",
                          "the file has more than " + std::to_string(kMaxIniKeys) +
                              " keys; the rest was not read",
                          "put services into files of their own, with include");
        }
        section_->entries.push_back({.key = std::string(key),
                                     .value = std::move(value.text),
                                     .keyPosition = at(first + 1, key.size()),
                                     .valuePosition = at(equals + 2 + value.offset, value.length),
                                     .sourceLine = std::string(line_),
                                     .verbatim = value.verbatim});
    }

    void reportJunk(std::size_t first) {
        const auto colon = line_.find(':', first);
        report(first, line_.find_last_not_of(kBlanks) + 1 - first, "junk-line",
               "the line is neither a section, a key nor a comment",
               colon == std::string_view::npos ? "write \"key = value\""
                                               : "write \"=\" in place of \":\"");
    }

    bool checkKey(std::string_view key, std::size_t first) {
        const auto wrong = std::ranges::find_if_not(key, isKeyCharacter);
        if (wrong == key.end()) return true;
        const auto offset = static_cast<std::size_t>(wrong - key.begin());
        report(first + offset, 1, "invalid-key", "a key cannot hold blanks, quotes or brackets",
               "write \"key = value\"");
        return false;
    }

    // Whether the key has a section to belong to, and is new there.
    bool checkPlace(std::size_t first, std::string_view key) {
        if (!headerSeen_) {
            headerSeen_ = true;  // said once, not for every line up to the first section
            report(first, key.size(), "outside-section", "the key stands before any section",
                   "begin with a section, such as \"[host]\"");
            return false;
        }
        const auto [known, isNew] = keys_.emplace(key, number_);
        if (isNew) return true;
        report(first, key.size(), "duplicate-key",
               "the key \"" + std::string(key) + "\" is already set at line " +
                   std::to_string(known->second));
        return false;
    }

    IniDocument document_;
    std::vector<Diagnostic>& diagnostics_;
    std::size_t before_;
    std::size_t number_ = 0;
    std::size_t keyCount_ = 0;
    bool tooManyKeys_ = false;
    std::string_view line_;
    bool headerSeen_ = false;
    IniSection* section_ = nullptr;  // where keys belong; null behind a wrong header
    std::map<std::string, std::size_t, std::less<>> sections_;  // name to line
    std::map<std::string, std::size_t, std::less<>> keys_;      // of the section, to line
};

Diagnostic wholeFile(const std::filesystem::path& file, std::string code, std::string message) {
    return {.position = {.file = file}, .code = std::move(code), .message = std::move(message)};
}

}  // namespace

bool isCommandKey(std::string_view key) noexcept {
    return key.starts_with("command.");
}

IniDocument parseIni(const std::filesystem::path& file, std::string_view text,
                     std::vector<Diagnostic>& diagnostics) {
    Parser parser(file, diagnostics);
    if (text.size() > kMaxIniFile) {
        diagnostics.push_back(wholeFile(file, "file-too-large", "the file is larger than 4 MiB"));
        return parser.take();
    }
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
        diagnostics.push_back(
            wholeFile(file, "wrong-encoding", "the file is UTF-16; save it as UTF-8"));
        return parser.take();
    }
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    while (!text.empty() && !parser.tired()) {
        const auto end = std::min(text.find('\n'), text.size());
        const bool unfinished = end == text.size();
        auto line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        unfinished ? parser.readUnfinishedLine(line) : parser.readLine(line);
        text.remove_prefix(unfinished ? end : end + 1);
    }
    if (!text.empty()) parser.giveUp();
    return parser.take();
}

}  // namespace berth::host
