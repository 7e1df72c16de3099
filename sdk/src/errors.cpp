// sdk/src/errors.cpp - the home of the exceptions' type information.
#include "berth/errors.h"

#include "berth/setting_types.h"

namespace berth {

ConnectionLost::~ConnectionLost() = default;
TimedOut::~TimedOut() = default;
ProtocolError::~ProtocolError() = default;
ValueError::~ValueError() = default;
ListError::~ListError() = default;

}  // namespace berth
