// tests/fuzz/protocol/script.cpp
#include "fuzz/protocol/script.h"

#include <utility>

namespace berth::fuzz {
namespace {

constexpr std::size_t kLong = 1000;
constexpr std::size_t kMostLong = 40;  // of one input

class ScriptParser {
public:
    std::vector<Script> parse(std::string_view input) {
        for (std::size_t at = 0; at < input.size() && scripts_.size() < kMostClients; ++at) {
            if (static_cast<Mark>(input[at]) == Mark::Long && at + 1 < input.size()) {
                if (++long_ <= kMostLong) piece_.append(kLong, input[++at]);
            } else {
                take(input[at]);
            }
        }
        if (scripts_.empty() || !piece_.empty() || !script_.empty()) end(Step::Kind::Finish);
        return std::move(scripts_);
    }

private:
    void take(char c) {
        switch (static_cast<Mark>(c)) {
            case Mark::PieceEnds:
                return endPiece();
            case Mark::Silence:
                endPiece();
                return script_.push_back({Step::Kind::Silence, {}});
            case Mark::Finish:
                return end(Step::Kind::Finish);
            case Mark::Reset:
                return end(Step::Kind::Reset);
            case Mark::Long:
                return;
        }
        piece_ += c;
    }

    void endPiece() {
        if (!piece_.empty()) script_.push_back({Step::Kind::Bytes, std::exchange(piece_, {})});
    }

    void end(Step::Kind kind) {
        endPiece();
        script_.push_back({kind, {}});
        scripts_.push_back(std::exchange(script_, {}));
    }

    std::vector<Script> scripts_;
    Script script_;
    std::string piece_;
    std::size_t long_ = 0;
};

}  // namespace

std::vector<Script> parseScripts(std::string_view input) {
    auto scripts = ScriptParser().parse(input);
    if (scripts.size() > kMostClients) scripts.resize(kMostClients);
    return scripts;
}

}  // namespace berth::fuzz
