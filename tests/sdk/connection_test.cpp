// tests/sdk/connection_test.cpp - what every Connection does in the same way.
#include "berth/connection.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

#include "berth/sink.h"
#include "berth/testing/loopback_connection.h"
#include "support/check.h"

namespace berth::test {
namespace {

struct Close {
    void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
};
using File = std::unique_ptr<std::FILE, Close>;

std::string contentOf(const File& file) {
    std::array<char, 64> buffer{};
    const auto size = ::pread(::fileno(file.get()), buffer.data(), buffer.size(), 0);
    return {buffer.data(), static_cast<std::size_t>(size)};
}

// Keeps what it takes, and fails at a byte that it does not like.
class TextSink final : public Sink {
public:
    void take(std::span<const std::byte> bytes) override {
        CPPUNIT_ASSERT(!bytes.empty());
        const std::string piece(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (piece.find('!') != std::string::npos) throw std::domain_error(piece);
        text += piece;
    }

    std::string text;
};

// Has room for two bytes at a time.
class RoomSink final : public Sink {
public:
    std::span<std::byte> room() override { return std::span(bytes_).subspan(size_, 2); }

    void take(std::span<const std::byte> bytes) override {
        CPPUNIT_ASSERT(bytes.data() == &bytes_[size_]);
        size_ += bytes.size();
    }

    [[nodiscard]] std::string text() const {
        return {reinterpret_cast<const char*>(bytes_.data()), size_};
    }

private:
    std::array<std::byte, 16> bytes_{};
    std::size_t size_ = 0;
};

class ConnectionTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectionTest);
    CPPUNIT_TEST(readsExactlyAcrossPieces);
    CPPUNIT_TEST(readsFewerAtTheEnd);
    CPPUNIT_TEST(copiesExactlyTheCount);
    CPPUNIT_TEST(copiesFewerAtTheEnd);
    CPPUNIT_TEST(copiesNothing);
    CPPUNIT_TEST(reportsADescriptorThatCannotBeWritten);
    CPPUNIT_TEST(movesExactlyTheCountIntoASink);
    CPPUNIT_TEST(movesFewerIntoASinkAtTheEnd);
    CPPUNIT_TEST(asksASinkForNothingWhenThereIsNothing);
    CPPUNIT_TEST(passesOnWhatASinkThrows);
    CPPUNIT_TEST(putsBytesWhereASinkHasRoom);
    CPPUNIT_TEST(combinesClientEvents);
    CPPUNIT_TEST_SUITE_END();

    testing::LoopbackConnection client_;
    File file_{std::tmpfile()};

public:
    void readsExactlyAcrossPieces() {
        for (const auto* piece : {"a", "bc", "defg"}) client_.send(piece);
        std::array<std::byte, 5> buffer{};
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, client_.readExactly(buffer).size());
        CHECK(buffer.back() == std::byte{'e'});
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, client_.receive().size());
    }

    void readsFewerAtTheEnd() {
        client_.send("abc");
        client_.finishSending();
        std::array<std::byte, 5> buffer{};
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, client_.readExactly(buffer).size());
    }

    void copiesExactlyTheCount() {
        client_.send("abc");
        client_.send("defgh");
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{5}, client_.copyTo(::fileno(file_.get()), 5));
        CPPUNIT_ASSERT_EQUAL(std::string("abcde"), contentOf(file_));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, client_.receive().size());
    }

    void copiesFewerAtTheEnd() {
        client_.send("abc");
        client_.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, client_.copyTo(::fileno(file_.get()), 1'000'000));
    }

    void copiesNothing() {
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, client_.copyTo(::fileno(file_.get()), 0));
    }

    void reportsADescriptorThatCannotBeWritten() {
        client_.send("abc");
        const auto readOnly = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
        CPPUNIT_ASSERT_THROW(client_.copyTo(readOnly, 3), std::system_error);
        ::close(readOnly);
    }

    void movesExactlyTheCountIntoASink() {
        client_.send(std::string(300'000, 'x'));
        client_.send("yz");
        TextSink sink;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{300'001}, client_.copyTo(sink, 300'001));
        CHECK(sink.text == std::string(300'000, 'x') + 'y');
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, client_.receive().size());
    }

    void movesFewerIntoASinkAtTheEnd() {
        client_.send("abc");
        client_.finishSending();
        TextSink sink;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, client_.copyTo(sink, 4));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), sink.text);
    }

    void asksASinkForNothingWhenThereIsNothing() {
        TextSink sink;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, client_.copyTo(sink, 0));
        client_.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, client_.copyTo(sink, 1));
        CHECK(isEmpty(sink.text));
    }

    void passesOnWhatASinkThrows() {
        for (const auto* piece : {"ab", "c!", "de"}) client_.send(piece);
        TextSink sink;
        CPPUNIT_ASSERT_THROW(client_.copyTo(sink, 6), std::domain_error);
        CPPUNIT_ASSERT_EQUAL(std::string("ab"), sink.text);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, client_.receive().size());
    }

    void putsBytesWhereASinkHasRoom() {
        for (const auto* piece : {"abcde", "f"}) client_.send(piece);
        RoomSink sink;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{5}, client_.copyTo(sink, 5));
        CPPUNIT_ASSERT_EQUAL(std::string("abcde"), sink.text());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, client_.receive().size());
    }

    void combinesClientEvents() {
        const auto both = ClientEvent::Input | ClientEvent::Finished;
        CPPUNIT_ASSERT(has(both, ClientEvent::Input));
        CPPUNIT_ASSERT(has(both, ClientEvent::Finished));
        CPPUNIT_ASSERT(!has(both, ClientEvent::Lost));
        CPPUNIT_ASSERT(!has(ClientEvent::None, both));
        CPPUNIT_ASSERT(WaitResult{}.timedOut());
        CPPUNIT_ASSERT(!(WaitResult{.descriptors = 1, .client = ClientEvent::None}).timedOut());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionTest);

}  // namespace
}  // namespace berth::test
