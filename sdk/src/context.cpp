// sdk/src/context.cpp - the home of Context's vtable.
#include "berth/context.h"

namespace berth {

Context::~Context() = default;

}  // namespace berth
