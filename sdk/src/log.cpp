// sdk/src/log.cpp - the home of Log's vtable.
#include "berth/log.h"

namespace berth {

Log::~Log() = default;

}  // namespace berth
