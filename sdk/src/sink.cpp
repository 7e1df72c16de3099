// sdk/src/sink.cpp - the home of Sink's vtable.
#include "berth/sink.h"

namespace berth {

Sink::~Sink() = default;

std::span<std::byte> Sink::room() {
    return {};
}

}  // namespace berth
