// tests/plugins/upload/concurrency_test.cpp - several clients of one service at the same time.
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <future>
#include <string>
#include <vector>

#include "support/check.h"
#include "upload_fixture.h"

namespace berth::test {
namespace {

class ConcurrencyTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConcurrencyTest);
    CPPUNIT_TEST(onlyOneWriterOfANameWins);
    CPPUNIT_TEST(twoServicesOnOneDirectoryKeepEachOtherOut);
    CPPUNIT_TEST(theNameIsFreeWhenTheWriterIsGone);
    CPPUNIT_TEST(everyFileOfManyClientsIsWhole);
    CPPUNIT_TEST(racingWritersPublishOneWholeFile);
    CPPUNIT_TEST_SUITE_END();

public:
    void onlyOneWriterOfANameWins() {
        UploadFixture fixture;
        LiveClient winner(fixture);
        winner.send(putHeader("a", 3, R"(,"ack":true)"));
        static_cast<void>(winner.reply());
        CPPUNIT_ASSERT_EQUAL(std::string("423 busy"),
                             fixture.outcomes({putHeader("a", 4), "wxyz"}));
        winner.send("abc");
        CPPUNIT_ASSERT_EQUAL(std::string("201"), winner.reply().outcome());
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), fixture.content("a"));
    }

    void twoServicesOnOneDirectoryKeepEachOtherOut() {
        UploadFixture first;
        UploadFixture second(Values{{"directory", first.folder().path().string()}});
        LiveClient client(first);
        client.send(putHeader("a", 3));
        static_cast<void>(client.reply());
        CPPUNIT_ASSERT_EQUAL(std::string("423 busy"), second.outcomes({putHeader("a", 4)}));
        CPPUNIT_ASSERT(second.talk({statHeader("a")}).at(0).flag("busy"));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), second.outcomes({putHeader("b", 1), "x"}));
    }

    void theNameIsFreeWhenTheWriterIsGone() {
        UploadFixture fixture;
        for (int i = 0; i < 20; ++i) {
            LiveClient client(fixture);
            client.send(putHeader("a", 10));
            static_cast<void>(client.reply());
            client.vanishAfter("x", fixture.part("a"), 1);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("200"), fixture.outcomes({putHeader("a", 1), "x"}));
    }

    void everyFileOfManyClientsIsWhole() {
        UploadFixture fixture;
        constexpr unsigned kClients = 8;
        constexpr unsigned kFiles = 12;
        std::vector<std::future<std::string>> clients;
        for (unsigned c = 0; c < kClients; ++c) {
            clients.push_back(std::async(std::launch::async, [&fixture, c] {
                std::string all;
                for (unsigned f = 0; f < kFiles; ++f) {
                    const auto body = someBytes(f * 40'000, c * kFiles + f);
                    all += putHeader(std::to_string(c * kFiles + f), body.size(), R"(,"ack":true)");
                    all += body;
                }
                return fixture.outcomes({all});
            }));
        }
        for (auto& client : clients) {
            const auto outcomes = client.get();
            CHECK(!contains(outcomes, "4"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{kClients * kFiles}, fixture.names().size());
        for (unsigned i = 0; i < kClients * kFiles; ++i) {
            CHECK(someBytes(i % kFiles * 40'000, i) == fixture.content(std::to_string(i)));
        }
    }

    void racingWritersPublishOneWholeFile() {
        UploadFixture fixture;
        for (int round = 0; round < 15; ++round) {
            const auto name = "race" + std::to_string(round);
            std::array<std::future<std::string>, 4> writers;
            for (std::size_t i = 0; i < writers.size(); ++i) {
                writers[i] = std::async(std::launch::async, [&fixture, name, i] {
                    const std::string body(20'000, static_cast<char>('a' + i));
                    return fixture.outcomes({putHeader(name, body.size(), R"(,"ack":true)"), body});
                });
            }
            int published = 0;
            for (auto& writer : writers) {
                const auto outcome = writer.get();
                if (outcome == "200, 201") {
                    ++published;
                } else {
                    CPPUNIT_ASSERT_MESSAGE(outcome,
                                           outcome == "423 busy" || outcome == "409 exists");
                }
            }
            CPPUNIT_ASSERT_EQUAL(1, published);
            const auto content = fixture.content(name);
            CPPUNIT_ASSERT_EQUAL(std::string(20'000, content.at(0)), content);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConcurrencyTest);

}  // namespace
}  // namespace berth::test
