// tests/plugins/exec/frames.cpp
#include "frames.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace berth::test {
namespace {

class Parser {
public:
    explicit Parser(std::string_view bytes) : rest_(bytes) {}

    std::vector<FramedReply> parse() {
        std::vector<FramedReply> replies;
        while (!rest_.empty()) replies.push_back(takeReply());
        return replies;
    }

private:
    FramedReply takeReply() {
        FramedReply reply;
        while (reply.closing.empty()) {
            const auto line = takeLine();
            if (line.starts_with("out ")) {
                takePiece(reply, reply.out, line);
            } else if (line.starts_with("err ")) {
                takePiece(reply, reply.err, line);
            } else {
                reply.closing = withoutTime(line);
            }
        }
        return reply;
    }

    std::string takeLine() {
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos) throw std::runtime_error("a frame ends early");
        std::string line(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        return line;
    }

    void takePiece(FramedReply& reply, std::string& stream, const std::string& line) {
        const auto count = std::stoul(line.substr(4));
        if (count > rest_.size()) throw std::runtime_error("the bytes of a frame end early");
        if (count != 0) reply.pieces.push_back(line);
        stream += rest_.substr(0, count);
        rest_.remove_prefix(count);
    }

    static std::string withoutTime(const std::string& line) {
        if (line.starts_with("error ")) return line;
        const auto blank = line.rfind(' ');
        const auto isDigit = [](unsigned char c) { return std::isdigit(c) != 0; };
        const bool timed =
            blank != std::string::npos && blank + 1 < line.size() &&
            std::all_of(line.begin() + static_cast<std::ptrdiff_t>(blank) + 1, line.end(), isDigit);
        const bool known = line.starts_with("exit ") || line.starts_with("signal ");
        if (!timed || !known) throw std::runtime_error("no closing frame: " + line);
        return line.substr(0, blank);
    }

    std::string_view rest_;
};

}  // namespace

std::vector<FramedReply> parseFrames(std::string_view bytes) {
    return Parser(bytes).parse();
}

}  // namespace berth::test
