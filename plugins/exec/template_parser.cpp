// plugins/exec/template_parser.cpp
#include "exec/template_parser.h"

#include <algorithm>
#include <utility>

#include "berth/setting_types.h"
#include "exec/placeholder_parser.h"

namespace berth::exec {
namespace {

constexpr std::size_t kLongestTemplate = 4096;
constexpr std::size_t kMostPlaceholders = 32;
constexpr std::string_view kBlanks = " \t";
// Characters that would do something in a shell. Unquoted, they are most likely meant to.
constexpr std::string_view kShellCharacters = "|&;<>()$`*";

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    ParsedTemplate parse() {
        if (text_.size() > kLongestTemplate) {
            throw ValueError(
                "a template is at most " + std::to_string(kLongestTemplate) + " bytes long",
                kLongestTemplate);
        }
        takeProgram();
        for (skipBlanks(); at_ < text_.size(); skipBlanks()) takeWord();
        return std::move(result_);
    }

private:
    using Pieces = std::vector<CommandTemplate::Piece>;

    void takeProgram() {
        skipBlanks();
        const auto begin = at_;
        takeWord();
        const auto word = std::exchange(result_.words, {});
        const auto* program = word.empty() || word[0].pieces.size() != 1
                                  ? nullptr
                                  : std::get_if<std::string>(&word[0].pieces.front());
        const auto length = std::max<std::size_t>(1, at_ - begin);
        if (word.empty()) throw ValueError("names no program", 0, 0, kWriteAbsolute);
        if (program == nullptr) {
            throw ValueError("the program cannot come from a client", begin, length,
                             kWriteAbsolute);
        }
        if (!program->starts_with('/')) {
            throw ValueError("the program must be an absolute path: no search path is used", begin,
                             length, "write /usr/bin/" + *program + " or where it is");
        }
        result_.program = *program;
        result_.programEnd = at_;
    }

    void skipBlanks() { at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size()); }

    [[nodiscard]] bool inWord() const {
        return at_ < text_.size() && kBlanks.find(text_[at_]) == std::string_view::npos;
    }

    void takeWord() {
        if (!inWord()) return;
        const auto begin = at_;
        word_.clear();
        literal_.clear();
        bool quoted = false;
        while (inWord()) {
            const char c = text_[at_];
            quoted = quoted || c == '\'' || c == '"';
            c == '{' ? takePlaceholder() : takeLiteral(c);
        }
        if (!literal_.empty() || (quoted && word_.empty())) word_.emplace_back(literal_);
        finishWord(begin);
    }

    void takeLiteral(char c) {
        if (c == '\'' || c == '"') return takeQuoted(c);
        if (c == '\\') {
            if (at_ + 1 == text_.size()) throw ValueError("nothing follows the backslash", at_, 1);
            ++at_;
        } else if (kShellCharacters.find(c) != std::string_view::npos) {
            throw ValueError(std::string("no shell runs, so ") + c + " does nothing", at_, 1,
                             "quote it if the program is to get it");
        } else if (c == '}') {
            throw ValueError("no { opens this }", at_, 1, "quote it if the program is to get it");
        }
        literal_ += text_[at_++];
    }

    void takeQuoted(char quote) {
        const auto open = at_++;
        for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
            const auto next = text_.substr(at_ + 1, 1);
            if (quote == '"' && text_[at_] == '\\' && (next == "\"" || next == "\\")) ++at_;
            literal_ += text_[at_];
        }
        if (at_ == text_.size()) throw ValueError("the quote is never closed", open);
        ++at_;
    }

    void takePlaceholder() {
        const auto begin = at_;
        PlaceholderParser parser(text_, at_);
        auto parameter = parser.parse();
        at_ = parser.end();
        checkOrder(parameter, begin);
        if (!literal_.empty()) word_.emplace_back(std::exchange(literal_, {}));
        word_.emplace_back(result_.parameters.size());
        result_.parameters.push_back(std::move(parameter));
    }

    void checkOrder(const Parameter& parameter, std::size_t begin) const {
        const auto length = at_ - begin;
        const auto& before = result_.parameters;
        if (before.size() == kMostPlaceholders) {
            throw ValueError(
                "a template has at most " + std::to_string(kMostPlaceholders) + " placeholders",
                begin, length);
        }
        if (std::ranges::find(before, parameter.name, &Parameter::name) != before.end()) {
            throw ValueError("the name \"" + parameter.name + "\" is taken twice", begin, length);
        }
        if (before.empty()) return;
        if (before.back().arity == Arity::Rest) {
            throw ValueError("nothing is left for a placeholder after ...", begin, length);
        }
        if (before.back().arity == Arity::Optional && parameter.arity == Arity::Required) {
            throw ValueError("a required placeholder cannot follow an optional one", begin, length,
                             "put {" + parameter.name + "} first");
        }
    }

    void finishWord(std::size_t begin) {
        const auto isRest = [this](const CommandTemplate::Piece& piece) {
            const auto* index = std::get_if<std::size_t>(&piece);
            return index != nullptr && result_.parameters[*index].arity == Arity::Rest;
        };
        if (word_.size() > 1 && std::ranges::any_of(word_, isRest)) {
            throw ValueError("a placeholder with ... is a word of its own", begin, at_ - begin);
        }
        result_.words.push_back({word_, optionsEnded_});
        if (word_ == Pieces{std::string("--")}) optionsEnded_ = true;
    }

    static constexpr const char* kWriteAbsolute = "begin with a path such as /usr/bin/dir";

    std::string_view text_;
    std::size_t at_ = 0;
    ParsedTemplate result_;
    Pieces word_;                // being taken
    std::string literal_;        // the end of word_, not yet put into it
    bool optionsEnded_ = false;  // a word -- came
};

}  // namespace

ParsedTemplate parseTemplate(std::string_view text) {
    return Parser(text).parse();
}

}  // namespace berth::exec
