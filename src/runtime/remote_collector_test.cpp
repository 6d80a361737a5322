#include "src/runtime/remote_collector.h"

#include <doctest/doctest.h>

namespace invar::remote_collector {

TEST_CASE("an answer that is an error is told as connect-go tells it: by its code and message, or by what its status implies") {
  CHECK(error_of(404, "Not Found", R"({"code":"not_found","message":"no such collector"})") == "not_found: no such collector");
  CHECK(error_of(404, "Not Found", R"({"code":"not_found"})") == "not_found");
  CHECK(error_of(404, "Not Found", R"({"code":"not_found","message":""})") == "not_found");
  CHECK(error_of(503, "Service Unavailable", R"({"code":"busy","message":"come back"})") == "unavailable: come back");
  CHECK(error_of(503, "Service Unavailable", R"({"message":"come back"})") == "unavailable: come back");
  CHECK(error_of(503, "Service Unavailable", "{}") == "unavailable");
  CHECK(error_of(503, "Service Unavailable", R"({"code":7})") == "unavailable: 503 Service Unavailable");
  CHECK(error_of(401, "Unauthorized", "<html>") == "unauthenticated: 401 Unauthorized");
  CHECK(error_of(418, "", "") == "unknown: 418");
}

}  // namespace invar::remote_collector
