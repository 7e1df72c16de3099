// sdk/src/service.cpp - the home of Service's vtable.
#include "berth/service.h"

namespace berth {

Service::~Service() = default;

}  // namespace berth
