// sdk/src/sink.cpp - the home of Sink's vtable.
#include "berth/sink.h"

namespace berth {

Sink::~Sink() = default;

}  // namespace berth
