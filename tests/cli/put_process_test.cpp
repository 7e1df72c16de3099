// tests/cli/put_process_test.cpp - `berth put` against upload services that the test plays.
#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "cli/tool_process.h"
#include "cli/upload_service.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using Faults = UploadService::Faults;

constexpr std::size_t kSize = 3'000'000;

std::string content(std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>((i * 31 + i / 257) % 251);
    return bytes;
}

class PutProcessTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PutProcessTest);
    CPPUNIT_TEST(bringsAFileAndComparesChecksums);
    CPPUNIT_TEST(bringsSeveralFilesOverOneConnection);
    CPPUNIT_TEST(bringsAnEmptyFile);
    CPPUNIT_TEST(bringsAFileThatBeginsWithANewline);
    CPPUNIT_TEST(givesAnotherName);
    CPPUNIT_TEST(goesOnWhereAnEarlierAttemptEnded);
    CPPUNIT_TEST(beginsAnewWhenTheBeginningIsAnother);
    CPPUNIT_TEST(beginsAnewWhenTheSizeIsAnother);
    CPPUNIT_TEST(beginsAnewWhenTold);
    CPPUNIT_TEST(goesOnAfterALostConnection);
    CPPUNIT_TEST(tellsOfALostConnectionWithoutRetries);
    CPPUNIT_TEST(knowsThatAFileWhoseConfirmationWasLostIsThere);
    CPPUNIT_TEST(noticesOtherBytes);
    CPPUNIT_TEST(tellsTheChecksumFirstWhenAsked);
    CPPUNIT_TEST(goesWithoutChecksumsWhenAsked);
    CPPUNIT_TEST(stopsSendingWhenRefused);
    CPPUNIT_TEST(goesOnWithTheOtherFilesAfterARefusal);
    CPPUNIT_TEST(refusesWhatIsNoFile);
    CPPUNIT_TEST(skipsABanner);
    CPPUNIT_TEST(readsAnswersThatDribble);
    CPPUNIT_TEST(refusesGarbage);
    CPPUNIT_TEST(givesUpOnSilence);
    CPPUNIT_TEST(tellsOfAnEarlyClose);
    CPPUNIT_TEST(printsJsonLines);
    CPPUNIT_TEST(printsNoBarIntoAPipe);
    CPPUNIT_TEST(noticesAFileThatBecomesShorter);
    CPPUNIT_TEST_SUITE_END();

public:
    void bringsAFileAndComparesChecksums() {
        const UploadService service;
        const auto result = runTool({"put", big_, service.address()});
        CPPUNIT_ASSERT_EQUAL(std::string(), result.err);
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(contains(result.out, "stored as big.bin"));
        CHECK(contains(result.out, "sha256 agrees"));
        CHECK(content(kSize) == service.file("big.bin"));
    }

    void bringsSeveralFilesOverOneConnection() {
        const UploadService service;
        const auto other = folder_.write("b.txt", "second").string();
        CPPUNIT_ASSERT_EQUAL(0, runTool({"put", small_, other, service.address()}).status);
        CPPUNIT_ASSERT_EQUAL(std::string("small"), service.file("a.txt"));
        CPPUNIT_ASSERT_EQUAL(std::string("second"), service.file("b.txt"));
    }

    void bringsAnEmptyFile() {
        const UploadService service;
        const auto empty = folder_.write("empty", "").string();
        const auto result = runTool({"put", empty, service.address()});
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(contains(result.out, "0 B stored as empty"));
    }

    void bringsAFileThatBeginsWithANewline() {
        const UploadService service;
        const auto file = folder_.write("n", "\n\n{\"a\":1}\n").string();
        CPPUNIT_ASSERT_EQUAL(0, runTool({"put", file, service.address()}).status);
        CPPUNIT_ASSERT_EQUAL(std::string("\n\n{\"a\":1}\n"), service.file("n"));
    }

    void givesAnotherName() {
        const UploadService service;
        CPPUNIT_ASSERT_EQUAL(
            0, runTool({"put", small_, service.address(), "--name", "欢 \"x\".txt"}).status);
        CPPUNIT_ASSERT_EQUAL(std::string("small"), service.file("欢 \"x\".txt"));
        CPPUNIT_ASSERT_EQUAL(
            64, runTool({"put", small_, big_, service.address(), "--name", "x"}).status);
    }

    void goesOnWhereAnEarlierAttemptEnded() {
        UploadService service;
        service.setPart("big.bin", content(1'000'000), kSize);
        const auto result = runTool({"put", big_, service.address()});
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(contains(result.out, "resumed at 976.6 KiB"));
        CHECK(content(kSize) == service.file("big.bin"));
        CHECK(contains(service.requests().back(), "\"sha256\""));
    }

    void beginsAnewWhenTheBeginningIsAnother() {
        UploadService service;
        service.setPart("big.bin", std::string(1'000'000, 'x'), kSize);
        CPPUNIT_ASSERT_EQUAL(0, runTool({"put", big_, service.address()}).status);
        CHECK(content(kSize) == service.file("big.bin"));
    }

    void beginsAnewWhenTheSizeIsAnother() {
        UploadService service;
        service.setPart("big.bin", content(1'000'000), kSize + 1);
        const auto result = runTool({"put", big_, service.address()});
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(!contains(result.out, "resumed"));
    }

    void beginsAnewWhenTold() {
        UploadService service;
        service.setPart("big.bin", content(1'000'000), kSize);
        const auto result = runTool({"put", "--no-resume", big_, service.address()});
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, service.requests().size());
    }

    void goesOnAfterALostConnection() {
        const UploadService service(Faults{.cutAfter = 1'000'000});
        const auto result =
            runTool({"put", big_, service.address(), "--retry", "2", "--retry-delay", "1ms"});
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(contains(result.err, "trying again"));
        CHECK(contains(result.out, "resumed at"));
        CHECK(content(kSize) == service.file("big.bin"));
    }

    void tellsOfALostConnectionWithoutRetries() {
        const UploadService service(Faults{.cutAfter = 1'000'000});
        const auto result = runTool({"put", big_, service.address()});
        CPPUNIT_ASSERT_EQUAL(69, result.status);
        CHECK(contains(result.err, "connection"));
        CPPUNIT_ASSERT_EQUAL(std::string(), service.file("big.bin"));
    }

    void knowsThatAFileWhoseConfirmationWasLostIsThere() {
        const UploadService service(Faults{.loseConfirmation = true});
        const auto result =
            runTool({"put", big_, service.address(), "--retry=1", "--retry-delay=1ms"});
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, service.requests().size());  // stat, put, stat
    }

    void noticesOtherBytes() {
        const UploadService service(Faults{.flipLastByte = true});
        const auto result = runTool({"put", big_, service.address()});
        CPPUNIT_ASSERT_EQUAL(65, result.status);
        CHECK(contains(result.err, "sha256"));
    }

    void tellsTheChecksumFirstWhenAsked() {
        const UploadService service(Faults{.flipLastByte = true});
        const auto result = runTool({"put", "--hash-first", big_, service.address()});
        CPPUNIT_ASSERT_EQUAL(65, result.status);
        CHECK(contains(result.err, "refused: the bytes have another sha256"));
        CPPUNIT_ASSERT_EQUAL(std::string(), service.file("big.bin"));
    }

    void goesWithoutChecksumsWhenAsked() {
        const UploadService service(Faults{.flipLastByte = true});
        const auto result = runTool({"put", "--no-checksum", big_, service.address()});
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(!contains(result.out, "sha256"));
    }

    void stopsSendingWhenRefused() {
        const auto huge = folder_.write("huge", "").string();
        std::filesystem::resize_file(huge, std::uintmax_t{1} << 40);
        const UploadService service(Faults{.refuseAfter = 100'000});
        const auto result = runTool({"put", huge, service.address()});
        CPPUNIT_ASSERT_EQUAL(73, result.status);
        CHECK(contains(result.err, "huge: refused: the disk is full"));
    }

    void goesOnWithTheOtherFilesAfterARefusal() {
        const UploadService service;
        const auto taken = folder_.write("taken", "x").string();
        const auto result = runTool({"put", taken, "/nonexistent/x", small_, service.address()});
        CPPUNIT_ASSERT_EQUAL(73, result.status);
        CHECK(contains(result.err, "there is a file of that name"));
        CHECK(contains(result.err, "/nonexistent/x: cannot be read"));
        CPPUNIT_ASSERT_EQUAL(std::string("small"), service.file("a.txt"));
    }

    void refusesWhatIsNoFile() {
        const UploadService service;
        const auto pipe = (folder_ / "pipe").string();
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(pipe.c_str(), 0600));
        const auto directory = runTool({"put", folder_.path().string(), service.address()});
        CPPUNIT_ASSERT_EQUAL(66, directory.status);
        CHECK(contains(directory.err, "is a directory; give the files in it"));
        CPPUNIT_ASSERT_EQUAL(66, runTool({"put", pipe, service.address()}).status);
        CHECK(isEmpty(service.requests()));
    }

    void skipsABanner() {
        const UploadService service(Faults{.banner = "欢迎进入管理界面.\r\n"});
        CPPUNIT_ASSERT_EQUAL(0, runTool({"put", small_, service.address()}).status);
        CPPUNIT_ASSERT_EQUAL(std::string("small"), service.file("a.txt"));
    }

    void readsAnswersThatDribble() {
        const UploadService service(Faults{.answerSlowly = true});
        CPPUNIT_ASSERT_EQUAL(0, runTool({"put", small_, service.address()}).status);
    }

    void refusesGarbage() {
        for (const auto& bytes :
             {std::string("hello\n"), std::string(100'000, '{'), std::string(100'000, ' ') + "x",
              std::string("{\"status\":\"fine\"}"), std::string("{]}")}) {
            const FakeServer server([&bytes](FakeClient& client) {
                static_cast<void>(client.readLine());
                client.write(bytes);
            });
            CPPUNIT_ASSERT_EQUAL(76, runTool({"put", small_, server.address()}).status);
        }
    }

    void givesUpOnSilence() {
        const FakeServer server([](FakeClient& client) { static_cast<void>(client.readToEnd()); });
        CPPUNIT_ASSERT_EQUAL(75, runTool({"put", small_, server.address(), "-t100ms"}).status);
    }

    void tellsOfAnEarlyClose() {
        for (const auto* bytes : {"", "{\"status\":2"}) {
            const FakeServer server([bytes](FakeClient& client) {
                static_cast<void>(client.readLine());
                client.write(bytes);
            });
            CPPUNIT_ASSERT_EQUAL(69, runTool({"put", small_, server.address()}).status);
        }
    }

    void printsJsonLines() {
        const UploadService service;
        const auto result = runTool({"put", "-j", small_, "/nonexistent/x", service.address()});
        CHECK(contains(result.out, "\"ok\":true,\"name\":\"a.txt\",\"bytes\":5"));
        CHECK(contains(result.out, "\"ok\":false"));
        CPPUNIT_ASSERT_EQUAL(66, result.status);
    }

    void printsNoBarIntoAPipe() {
        const UploadService service;
        const auto result = runTool({"put", big_, service.address()});
        CHECK(!contains(result.out + result.err, "\r"));
        CHECK(!contains(result.out + result.err, "\x1b"));
        CPPUNIT_ASSERT_EQUAL(std::string(), runTool({"put", "-q", small_, service.address()}).out);
    }

    void noticesAFileThatBecomesShorter() {
        const auto file = big_;
        const FakeServer server([&file](FakeClient& client) {
            static_cast<void>(client.readLine());
            client.write("{\"status\":200,\"offset\":0}");
            static_cast<void>(client.readLine());
            std::filesystem::resize_file(file, 1000);
            client.write("{\"status\":200,\"offset\":0}");
            static_cast<void>(client.readToEnd());
        });
        const auto result = runTool({"put", big_, server.address()});
        CPPUNIT_ASSERT_EQUAL(65, result.status);
        CHECK(contains(result.err, "became shorter while it was sent (1000 of 3000000"));
    }

private:
    TemporaryFolder folder_;
    std::string big_ = folder_.write("big.bin", content(kSize)).string();
    std::string small_ = folder_.write("a.txt", "small").string();
};

CPPUNIT_TEST_SUITE_REGISTRATION(PutProcessTest);

}  // namespace
}  // namespace berth::test
