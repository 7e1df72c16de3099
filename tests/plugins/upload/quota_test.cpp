// tests/plugins/upload/quota_test.cpp - max_total_size, alone and with many clients.
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "upload_fixture.h"

namespace berth::test {
namespace {

class QuotaTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(QuotaTest);
    CPPUNIT_TEST(countsWhatIsThereAlready);
    CPPUNIT_TEST(countsPromisesOfClientsThatStillSend);
    CPPUNIT_TEST(countsPartsThatClientsLeft);
    CPPUNIT_TEST(noticesFilesThatTheOperatorRemoved);
    CPPUNIT_TEST(anOverwrittenFileGivesItsRoomBack);
    CPPUNIT_TEST(neverExceedsTheLimitWithManyClients);
    CPPUNIT_TEST(countsWhatAnotherServiceOnTheFolderStores);
    CPPUNIT_TEST(neverExceedsTheLimitWithManyServices);
    CPPUNIT_TEST_SUITE_END();

    static Values limit(const std::string& size) { return {{"max_total_size", size}}; }

public:
    void countsWhatIsThereAlready() {
        UploadFixture fixture;
        fixture.folder().write("old", std::string(600, 'x'));
        fixture.restart(limit("1000"));
        CPPUNIT_ASSERT_EQUAL(std::string("507 quota-exceeded"),
                             fixture.outcomes({putHeader("a", 401), ""}));
        CPPUNIT_ASSERT_EQUAL(std::string("200"),
                             fixture.outcomes({putHeader("a", 400), std::string(400, 'y')}));
        CPPUNIT_ASSERT_EQUAL(std::string("507 quota-exceeded"),
                             fixture.outcomes({putHeader("b", 1), "y"}));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), fixture.outcomes({putHeader("empty", 0)}));
    }

    void countsPromisesOfClientsThatStillSend() {
        UploadFixture fixture(limit("1000"));
        auto sender = std::make_unique<LiveClient>(fixture);
        sender->send(putHeader("a", 700));
        static_cast<void>(sender->reply());
        CPPUNIT_ASSERT_EQUAL(std::string("507 quota-exceeded"),
                             fixture.outcomes({putHeader("b", 301)}));
        sender.reset();
        CPPUNIT_ASSERT_EQUAL(std::string("200"),
                             fixture.outcomes({putHeader("b", 1000), std::string(1000, 'y')}));
    }

    void countsPartsThatClientsLeft() {
        UploadFixture fixture(limit("1000"));
        {
            LiveClient client(fixture);
            client.send(putHeader("a", 900));
            client.vanishAfter(std::string(500, 'x'), fixture.part("a"), 500);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("507 quota-exceeded"),
                             fixture.outcomes({putHeader("b", 501)}));
        // Its own part is not in the way of a file, whether it goes on or starts over.
        CPPUNIT_ASSERT_EQUAL(std::string("200, 400 incomplete"),
                             fixture.outcomes({putHeader("a", 900, R"(,"offset":500)")}));
        CPPUNIT_ASSERT_EQUAL(std::string("200"),
                             fixture.outcomes({putHeader("a", 1000), std::string(1000, 'y')}));
    }

    void noticesFilesThatTheOperatorRemoved() {
        UploadFixture fixture(limit("1000"));
        CPPUNIT_ASSERT_EQUAL(std::string("200"),
                             fixture.outcomes({putHeader("a", 900), std::string(900, 'y')}));
        CPPUNIT_ASSERT_EQUAL(std::string("507 quota-exceeded"),
                             fixture.outcomes({putHeader("b", 900)}));
        std::filesystem::remove(fixture.folder() / "a");
        CPPUNIT_ASSERT_EQUAL(std::string("200"),
                             fixture.outcomes({putHeader("b", 900), std::string(900, 'y')}));
    }

    void anOverwrittenFileGivesItsRoomBack() {
        UploadFixture fixture(Values{{"max_total_size", "1000"}, {"overwrite", "on"}});
        for (int i = 0; i < 5; ++i) {
            CPPUNIT_ASSERT_EQUAL(std::string("200"),
                                 fixture.outcomes({putHeader("a", 500), std::string(500, 'y')}));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("507 quota-exceeded"),
                             fixture.outcomes({putHeader("a", 501)}));
    }

    void neverExceedsTheLimitWithManyClients() {
        constexpr std::size_t kSize = 10'000;
        constexpr std::size_t kRoom = 13;
        UploadFixture fixture(limit(std::to_string(kSize * kRoom + kSize / 2)));
        std::vector<std::future<std::size_t>> clients;
        for (unsigned c = 0; c < 8; ++c) {
            clients.push_back(std::async(std::launch::async, [&fixture, c] {
                std::size_t stored = 0;
                for (unsigned f = 0; f < 5; ++f) {
                    const auto name = std::to_string(c) + "-" + std::to_string(f);
                    const auto outcome = fixture.outcomes(
                        {putHeader(name, kSize, R"(,"ack":true)"), someBytes(kSize, f)});
                    stored += outcome == "200, 201" ? 1 : 0;
                }
                return stored;
            }));
        }
        std::size_t stored = 0;
        for (auto& client : clients) stored += client.get();
        CPPUNIT_ASSERT_EQUAL(kRoom, stored);
        CPPUNIT_ASSERT_EQUAL(kRoom, fixture.names().size());
    }

    void countsWhatAnotherServiceOnTheFolderStores() {
        UploadFixture first(limit("1000"));
        UploadFixture second(
            Values{{"directory", first.folder().path().string()}, {"max_total_size", "1000"}});
        {
            LiveClient sender(first);
            sender.send(putHeader("a", 700));
            static_cast<void>(sender.reply());
            CPPUNIT_ASSERT_EQUAL(std::string("507 quota-exceeded"),
                                 second.outcomes({putHeader("b", 301), std::string(301, 'y')}));
            CPPUNIT_ASSERT_EQUAL(std::string("200"),
                                 second.outcomes({putHeader("b", 300), std::string(300, 'y')}));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("507 quota-exceeded"),
                             first.outcomes({putHeader("c", 701), ""}));
        CPPUNIT_ASSERT_EQUAL(std::string("200"),
                             first.outcomes({putHeader("c", 700), std::string(700, 'y')}));
        CPPUNIT_ASSERT_EQUAL(std::string("507 quota-exceeded"),
                             second.outcomes({putHeader("d", 1), "y"}));
    }

    void neverExceedsTheLimitWithManyServices() {
        constexpr std::size_t kSize = 10'000;
        constexpr std::size_t kRoom = 13;
        const auto most = std::to_string(kSize * kRoom + kSize / 2);
        UploadFixture first(limit(most));
        UploadFixture second(
            Values{{"directory", first.folder().path().string()}, {"max_total_size", most}});
        std::vector<std::future<void>> clients;
        for (unsigned c = 0; c < 6; ++c) {
            clients.push_back(std::async(std::launch::async, [&, c] {
                auto& fixture = c % 2 == 0 ? first : second;
                for (unsigned f = 0; f < 8; ++f) {
                    const auto name = std::to_string(c) + "-" + std::to_string(f);
                    static_cast<void>(
                        fixture.outcomes({putHeader(name, kSize, kAck), someBytes(kSize, f)}));
                }
            }));
        }
        for (auto& client : clients) client.get();
        // Who asks at the same moment may both be refused, so the last ones ask alone.
        for (unsigned f = 0; f < 20; ++f) {
            static_cast<void>(second.outcomes(
                {putHeader("last" + std::to_string(f), kSize, kAck), someBytes(kSize, f)}));
        }
        CPPUNIT_ASSERT_EQUAL(kRoom, first.names().size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(QuotaTest);

}  // namespace
}  // namespace berth::test
