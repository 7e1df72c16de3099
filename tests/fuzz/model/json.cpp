// tests/fuzz/model/json.cpp - a parser by the grammar's letter.
#include "fuzz/model/json.h"

#include <algorithm>

#include "fuzz/model/utf8.h"

namespace berth::fuzz {
namespace {

constexpr int kDeepestValue = 64;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// Each function takes what it is named for off the text, and says whether it was there.
class JsonParser {
public:
    explicit JsonParser(std::string_view text) : rest_(text) {}

    std::optional<Json> parse() {
        Json value;
        if (!takeValue(value, 0) || !rest_.empty()) return std::nullopt;
        return value;
    }

private:
    bool take(std::string_view token) {
        if (!rest_.starts_with(token)) return false;
        rest_.remove_prefix(token.size());
        return true;
    }

    void skipBlanks() {
        while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != rest_.npos) {
            rest_.remove_prefix(1);
        }
    }

    bool takeValue(Json& value, int depth) {
        if (depth > kDeepestValue) return false;
        skipBlanks();
        const bool taken = takeAny(value, depth);
        skipBlanks();
        return taken;
    }

    bool takeAny(Json& value, int depth) {
        if (take("{")) return takeMembers(value, depth);
        if (take("[")) return takeItems(value, depth);
        if (rest_.starts_with('"')) {
            value.kind = Json::Kind::Text;
            return takeText(value.text);
        }
        if (take("null")) return true;
        value.kind = Json::Kind::True;
        if (take("true")) return true;
        value.kind = Json::Kind::False;
        if (take("false")) return true;
        value.kind = Json::Kind::Number;
        return takeNumber(value.text);
    }

    bool takeMembers(Json& object, int depth) {
        object.kind = Json::Kind::Object;
        skipBlanks();
        if (take("}")) return true;
        do {
            skipBlanks();
            if (!takeText(object.names.emplace_back())) return false;
            skipBlanks();
            if (!take(":") || !takeValue(object.items.emplace_back(), depth + 1)) return false;
        } while (take(","));
        return take("}");
    }

    bool takeItems(Json& array, int depth) {
        array.kind = Json::Kind::Array;
        skipBlanks();
        if (take("]")) return true;
        do {
            if (!takeValue(array.items.emplace_back(), depth + 1)) return false;
        } while (take(","));
        return take("]");
    }

    bool takeDigits() {
        const auto count =
            static_cast<std::size_t>(std::ranges::find_if_not(rest_, isDigit) - rest_.begin());
        rest_.remove_prefix(count);
        return count > 0;
    }

    bool takeNumber(std::string& text) {
        const auto begin = rest_;
        take("-");
        if (!take("0") && !takeDigits()) return false;
        if (take(".") && !takeDigits()) return false;
        if (take("e") || take("E")) {
            if (!take("+")) take("-");
            if (!takeDigits()) return false;
        }
        text = begin.substr(0, begin.size() - rest_.size());
        return true;
    }

    bool takeText(std::string& text) {
        if (!take("\"")) return false;
        while (!take("\"")) {
            const auto character = firstCharacter(rest_);
            if (character.bytes == 0 || character.value < 0x20) return false;
            if (character.value == '\\') {
                if (!takeEscape(text)) return false;
                continue;
            }
            text += rest_.substr(0, character.bytes);
            rest_.remove_prefix(character.bytes);
        }
        return true;
    }

    bool takeEscape(std::string& text) {
        constexpr std::string_view kNames = "\"\\/bfnrt";
        constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
        rest_.remove_prefix(1);
        if (rest_.empty()) return false;
        if (const auto at = kNames.find(rest_.front()); at != kNames.npos) {
            text += kBytes[at];
            rest_.remove_prefix(1);
            return true;
        }
        char32_t value = 0;
        if (!take("u") || !takeHex(value)) return false;
        if (value >= 0xDC00 && value < 0xE000) return false;
        if (value >= 0xD800 && value < 0xDC00) {
            char32_t low = 0;
            if (!take("\\u") || !takeHex(low) || low < 0xDC00 || low >= 0xE000) return false;
            value = 0x10000 + ((value - 0xD800) << 10U) + (low - 0xDC00);
        }
        text += toUtf8(value);
        return true;
    }

    bool takeHex(char32_t& value) {
        constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
        for (int digit = 0; digit < 4; ++digit) {
            if (rest_.empty()) return false;
            const auto at = kDigits.find(rest_.front());
            if (at == kDigits.npos) return false;
            value = value * 16 + static_cast<char32_t>(at < 16 ? at : at - 6);
            rest_.remove_prefix(1);
        }
        return true;
    }

    std::string_view rest_;
};

}  // namespace

const Json* Json::find(std::string_view name) const {
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? nullptr : &items[static_cast<std::size_t>(found - names.begin())];
}

std::optional<Json> parseJson(std::string_view text) {
    return JsonParser(text).parse();
}

}  // namespace berth::fuzz
