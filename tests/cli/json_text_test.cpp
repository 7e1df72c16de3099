// tests/cli/json_text_test.cpp - JSON that the tool prints.
#include "cli/app/json_text.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace berth::test {
namespace {

class JsonTextTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonTextTest);
    CPPUNIT_TEST(isUtf8WhateverAPathHolds);
    CPPUNIT_TEST_SUITE_END();

public:
    void isUtf8WhateverAPathHolds() {
        Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
        object.set("path", std::string("\xff欢.so"));
        object.set("problems", cli::arrayOf({"\xc3 is cut off"}));
        CPPUNIT_ASSERT_EQUAL(std::string("{\"path\":\"\xef\xbf\xbd欢.so\","
                                         "\"problems\":[\"\xef\xbf\xbd is cut off\"]}"),
                             cli::jsonLine(object));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonTextTest);

}  // namespace
}  // namespace berth::test
