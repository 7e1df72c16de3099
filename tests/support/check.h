// tests/support/check.h - an assertion that tells the values it looked at.
//
//     CHECK(reply.size() == 3);                // Found: 4 == 3
//     CHECK(startsWith(reply, "OK"));          // Found: no "OK" at the start of "ERR busy"
//     CHECK(!contains(host.output(), "lost"));
//     CHECK(isEmpty(problems));
//     CHECK(waitUntil([&] { return contains(host.output(), "ready"); }));
//
// Each side is evaluated once. An expression with && or || does not compile: make two checks of it.
#pragma once

#include <cppunit/SourceLine.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "support/printed.h"

// Throws: what CppUnit's own assertions throw, unless the expression holds.
#define CHECK(...)                                                                      \
    ::berth::test::failUnless(::berth::test::Decompose() <=> __VA_ARGS__, #__VA_ARGS__, \
                              CPPUNIT_SOURCELINE())

namespace berth::test {

// Whether something holds, and the values that tell why.
struct [[nodiscard]] Finding {
    bool holds = false;
    std::string values;

    explicit operator bool() const noexcept { return holds; }
    Finding operator!() const { return {!holds, values}; }
};

Finding contains(std::string_view text, std::string_view part);
Finding startsWith(std::string_view text, std::string_view start);
Finding endsWith(std::string_view text, std::string_view end);

template <class Items>
Finding isEmpty(const Items& items) {
    return {items.empty(), printed(items)};
}

void failUnless(const Finding& finding, const std::string& expression,
                const CPPUNIT_NS::SourceLine& line);

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

// In the order of the numbers themselves, whatever their types are.
struct AnyInteger {
    template <Integer T>
    explicit AnyInteger(T value)
        : notNegative(!(value < T{0})), bits(static_cast<std::uint64_t>(value)) {}

    friend auto operator<=>(const AnyInteger&, const AnyInteger&) = default;

    bool notNegative;
    std::uint64_t bits;
};

// The left side of a comparison, or an expression without one.
//
// Lifetime: that of the full expression that it is part of.
template <class L>
class LeftSide {
public:
    explicit LeftSide(const L& value) : left_(value) {}

    operator Finding() const {
        if constexpr (std::same_as<L, Finding>) {
            return left_;
        } else {
            return {static_cast<bool>(left_), {}};
        }
    }

    template <class R>
    Finding operator==(const R& right) const {
        return compare(std::equal_to<>(), " == ", right);
    }
    template <class R>
    Finding operator!=(const R& right) const {
        return compare(std::not_equal_to<>(), " != ", right);
    }
    template <class R>
    Finding operator<(const R& right) const {
        return compare(std::less<>(), " < ", right);
    }
    template <class R>
    Finding operator<=(const R& right) const {
        return compare(std::less_equal<>(), " <= ", right);
    }
    template <class R>
    Finding operator>(const R& right) const {
        return compare(std::greater<>(), " > ", right);
    }
    template <class R>
    Finding operator>=(const R& right) const {
        return compare(std::greater_equal<>(), " >= ", right);
    }

private:
    template <class Comparison, class R>
    Finding compare(Comparison holds, const char* sign, const R& right) const {
        if constexpr (Integer<L> && Integer<R>) {
            if (holds(AnyInteger(left_), AnyInteger(right))) return {true, {}};
        } else {
            if (holds(left_, right)) return {true, {}};
        }
        if constexpr (Text<L> && Text<R>) {
            return {false, printedTexts(std::string(left_), sign, std::string(right))};
        } else {
            return {false, printed(left_) + sign + printed(right)};
        }
    }

    const L& left_;
};

// Its operator binds closer than a comparison and looser than arithmetic.
struct Decompose {
    template <class L>
    LeftSide<L> operator<=>(const L& left) const {
        return LeftSide<L>(left);
    }
};

}  // namespace berth::test
