// tests/fuzz/model/incoming.cpp
#include "fuzz/model/incoming.h"

#include <algorithm>

namespace berth::fuzz {

// A piece into arrived_, unless one is there.
Incoming::Event Incoming::fetch() {
    if (!arrived_.empty()) return Event::Data;
    // What ended stays so.
    const auto& step = script_[std::min(at_++, script_.size() - 1)];
    switch (step.kind) {
        case Step::Kind::Bytes:
            arrived_ = step.bytes;
            return Event::Data;
        case Step::Kind::Silence:
            return Event::Silence;
        case Step::Kind::Finish:
            return Event::End;
        case Step::Kind::Reset:
            break;
    }
    return Event::Lost;
}

Incoming::Event Incoming::more() {
    const auto event = fetch();
    if (event == Event::Data) {
        held_ += arrived_;
        arrived_.clear();
    }
    return event;
}

Incoming::Event Incoming::moreInto(std::string& content, std::size_t most) {
    const auto event = fetch();
    if (event == Event::Data) {
        const auto count = std::min(most, arrived_.size());
        content += arrived_.substr(0, count);
        arrived_.erase(0, count);
    }
    return event;
}

bool Incoming::breaksNow() const {
    return arrived_.empty() && at_ < script_.size() && script_[at_].kind == Step::Kind::Reset;
}

}  // namespace berth::fuzz
