// tests/fuzz/protocol/scripted_connection.cpp
#include "fuzz/protocol/scripted_connection.h"

#include "berth/errors.h"

namespace berth::fuzz {

void ScriptedConnection::takeStep() {
    const auto& step = script_[at_++];
    switch (step.kind) {
        case Step::Kind::Bytes:
            loopback_.send(step.bytes);
            unread_ += step.bytes.size();
            return;
        case Step::Kind::Finish:
            return loopback_.finishSending();
        case Step::Kind::Reset:
            return loopback_.reset();
        case Step::Kind::Silence:
            return;
    }
}

void ScriptedConnection::awaitInput() {
    while (unread_ == 0 && !isOver()) {
        const bool silent = next() == Step::Kind::Silence;
        takeStep();
        if (silent && timeout_.count() > 0) throw TimedOut("the client is silent");
    }
}

Chunk ScriptedConnection::receive() {
    awaitInput();
    const auto bytes = loopback_.receive();
    unread_ -= bytes.size();
    return bytes;
}

Chunk ScriptedConnection::read(std::span<std::byte> buffer) {
    awaitInput();
    const auto bytes = loopback_.read(buffer);
    unread_ -= bytes.size();
    return bytes;
}

WaitResult ScriptedConnection::wait(std::span<pollfd> descriptors, std::chrono::milliseconds limit,
                                    ClientEvent watched) {
    const bool wantsInput = has(watched, ClientEvent::Input);
    if (unread_ == 0 && !isOver()) {
        if (wantsInput) {
            const bool silent = next() == Step::Kind::Silence;
            takeStep();
            if (silent) return {};
        } else if (next() == Step::Kind::Finish || next() == Step::Kind::Reset) {
            takeStep();
        }
    }
    if (descriptors.empty() && !wantsInput) limit = std::chrono::milliseconds(0);
    return loopback_.wait(descriptors, limit, watched);
}

}  // namespace berth::fuzz
