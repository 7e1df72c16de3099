// plugins/upload/header_members.cpp
#include "upload/header_members.h"

#include <string>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/JSON/Handler.h>
#include <Poco/JSON/Parser.h>

#include "upload/header_scanner.h"
#include "upload/refusal.h"

namespace berth::upload {
namespace {

// Poco's own handler makes objects in which the last of two equal names wins; this one refuses.
class Collector final : public Poco::JSON::Handler {
public:
    explicit Collector(Members& members) : members_(members) {}

    void reset() override {}
    void startObject() override { ++depth_; }
    void endObject() override { --depth_; }
    void startArray() override { ++depth_; }
    void endArray() override { --depth_; }

    void key(const std::string& name) override {
        if (depth_ != 1) return;
        name_ = name;
        if (!members_.try_emplace(name).second) {
            throw Refusal(RefusalCode::BadJson, "the header has two members \"" + name + "\"");
        }
    }

    void null() override {}
    void value(int number) override { integer(number); }
    void value(unsigned number) override { integer(number); }
    void value(Poco::Int64 number) override { integer(number); }
    // Beyond 2^63-1, and Poco 1.11 wraps what is beyond 2^64-1: such numbers are never used.
    void value(Poco::UInt64) override {}
    void value(double) override {}
    void value(bool yes) override { store(yes); }
    void value(const std::string& text) override { store(text); }

private:
    void integer(std::int64_t number) {
        if (number >= 0) store(static_cast<std::uint64_t>(number));
    }

    void store(MemberValue value) {
        if (depth_ == 1) members_.at(name_) = std::move(value);
    }

    Members& members_;
    std::string name_;
    int depth_ = 0;
};

void parse(std::string_view text, const Poco::JSON::Handler::Ptr& handler) {
    try {
        Poco::JSON::Parser parser(handler);
        parser.setDepth(HeaderScanner::kMaxDepth);
        parser.parse(std::string(text));
    } catch (const Poco::SyntaxException&) {
        throw;
    } catch (const Poco::Exception& error) {
        throw Refusal(RefusalCode::BadJson, "the header is not JSON: " + error.message());
    }
}

// The same text, as right or wrong as it was, with numbers that are not too large: no more than two
// digits in a row outside strings.
std::string withSmallNumbers(std::string_view text) {
    std::string small;
    bool inString = false;
    bool escaped = false;
    std::size_t digits = 0;
    for (const char c : text) {
        digits = !inString && c >= '0' && c <= '9' ? digits + 1 : 0;
        if (digits <= 2) small += c;
        if (c == '"' && !escaped) inString = !inString;
        escaped = inString && c == '\\' && !escaped;
    }
    return small;
}

}  // namespace

Members parseMembers(std::string_view text) {
    Members members;
    try {
        parse(text, new Collector(members));
    } catch (const Poco::SyntaxException&) {
        // A number that is too large, met before whatever else is wrong. (Poco 1.11 takes some of
        // them for other numbers.)
        Members unused;
        parse(withSmallNumbers(text), new Collector(unused));
        throw Refusal(RefusalCode::BadRequest, "the header holds a number that is too large");
    }
    return members;
}

}  // namespace berth::upload
