// sdk/src/demangle.cpp - demangling through the C++ runtime.
#include "demangle.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace berth::inspect {

std::string demangle(const std::string& symbol) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text(
        ::abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
    return status == 0 ? std::string(text.get()) : symbol;
}

}  // namespace berth::inspect
