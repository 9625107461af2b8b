#include "serve/http_reader.h"

#include <cstring>

#include <gtest/gtest.h>

namespace purser::serve {
namespace {

using State = HttpReader::State;

// Feeds `text`, at most `step` bytes at a time, until the reader wants no more.
State feed(HttpReader& reader, std::string_view text, std::size_t step = SIZE_MAX) {
  State state = State::kNeedMore;
  while (!text.empty()) {
    const auto space = reader.space();
    const std::size_t bytes = std::min({step, text.size(), space.size()});
    if (bytes == 0) ADD_FAILURE() << "no space";
    std::memcpy(space.data(), text.data(), bytes);
    reader.received(bytes);
    text.remove_prefix(bytes);
    state = reader.next();
    if (state == State::kBad || state == State::kRequest) break;
  }
  return state;
}

int fault_of(std::string_view text) {
  HttpReader reader({.head_bytes_max = 1024, .headers_max = 10, .body_bytes_max = 100});
  const State state = feed(reader, text);
  return state == State::kBad ? reader.fault().status : state == State::kRequest ? 200 : 0;
}

constexpr std::string_view kPost =
    "POST /v2/models/m/infer?x=1 HTTP/1.1\r\nHost: a\r\ncontent-LENGTH: 5\r\n"
    "Inference-Header-Content-Length:  3 \r\n\r\nhello";

TEST(HttpReader, ReadsARequestHoweverItIsCut) {
  for (std::size_t step = 1; step <= kPost.size(); ++step) {
    HttpReader reader({});
    ASSERT_EQ(feed(reader, kPost, step), State::kRequest) << step;
    const HttpRequest& request = reader.request();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/v2/models/m/infer");
    EXPECT_EQ(request.query, "x=1");
    EXPECT_EQ(request.body, "hello");
    EXPECT_EQ(request.inference_header_bytes, 3U);
    EXPECT_TRUE(request.keep_alive);
    reader.consume();
    EXPECT_FALSE(reader.midway());
  }
}

TEST(HttpReader, ReadsChunkedBodiesHoweverTheyAreCut) {
  const std::string text =
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n0b;name=value\r\n wide world\r\n0\r\nTrailer: x\r\n\r\nGET / "
      "HTTP/1.1\r\nHost: b\r\n\r\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    HttpReader reader({});
    std::string_view rest = text;
    State state = State::kNeedMore;
    while (state != State::kRequest && !rest.empty()) {
      const std::string_view piece = rest.substr(0, step);
      rest.remove_prefix(piece.size());
      state = feed(reader, piece);
    }
    ASSERT_EQ(state, State::kRequest) << step;
    EXPECT_EQ(reader.request().body, "hello wide world");
    reader.consume();
    state = rest.empty() ? reader.next() : feed(reader, rest);
    ASSERT_EQ(state, State::kRequest) << step;  // the next request was not eaten
    EXPECT_EQ(reader.request().path, "/");
  }
}

TEST(HttpReader, KeepsPipelinedRequestsApart) {
  HttpReader reader({});
  const std::string two =
      std::string(kPost) + "GET /v2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  ASSERT_EQ(feed(reader, two), State::kRequest);
  EXPECT_EQ(reader.request().body, "hello");
  reader.consume();
  EXPECT_TRUE(reader.midway());
  ASSERT_EQ(reader.next(), State::kRequest);
  EXPECT_EQ(reader.request().path, "/v2");
  EXPECT_FALSE(reader.request().keep_alive);
}

TEST(HttpReader, GrowsForALargeBody_AndGivesTheRoomBack) {
  HttpReader reader({});
  const std::string body(1'000'000, 'x');
  const std::string first = "GET /first HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string text =
      first + "POST /path?query HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + body;
  ASSERT_EQ(feed(reader, std::string_view(text).substr(0, 70)), State::kRequest);
  reader.consume();
  ASSERT_EQ(feed(reader, std::string_view(text).substr(70), 7'000), State::kRequest);
  EXPECT_EQ(reader.request().method, "POST");  // moved along with the growing buffer
  EXPECT_EQ(reader.request().path, "/path");
  EXPECT_EQ(reader.request().query, "query");
  EXPECT_EQ(reader.request().body, body);
  reader.consume();
  EXPECT_LT(reader.capacity_bytes(), 300'000U);
}

TEST(HttpReader, AsksOnceForABodyThatTheClientHoldsBack) {
  HttpReader reader({});
  ASSERT_EQ(feed(reader,
                 "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"),
            State::kNeedContinue);
  EXPECT_EQ(reader.next(), State::kNeedMore);
  EXPECT_EQ(feed(reader, "ok"), State::kRequest);
}

TEST(HttpReader, OldClientsCloseUnlessTheySayOtherwise) {
  HttpReader reader({});
  ASSERT_EQ(feed(reader, "GET / HTTP/1.0\r\n\r\n"), State::kRequest);
  EXPECT_FALSE(reader.request().keep_alive);
  reader.consume();
  ASSERT_EQ(feed(reader, "GET / HTTP/1.0\r\nConnection: Keep-Alive, x\r\n\r\n"), State::kRequest);
  EXPECT_TRUE(reader.request().keep_alive);
}

TEST(HttpReader, RefusesWhatCouldBeReadInTwoWays) {
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(fault_of(post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(fault_of(post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n"), 400);
  for (const char* length : {"-1", "+2", "2,2", "0x2", "", "2 2", "99999999999999999999999"}) {
    EXPECT_EQ(fault_of(post + "Content-Length: " + length + "\r\n\r\n"), 400) << length;
  }
  EXPECT_EQ(fault_of(post + "Content-Length : 2\r\n\r\n"), 400);
  EXPECT_EQ(fault_of(post + " folded: 2\r\n\r\n"), 400);
  EXPECT_EQ(fault_of(post + "no colon\r\n\r\n"), 400);
  EXPECT_EQ(fault_of(post + "A: b\nContent-Length: 0\r\n\r\n"), 400);
  EXPECT_EQ(fault_of(post + "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501);
  EXPECT_EQ(fault_of(post + "Expect: miracles\r\n\r\n"), 417);
  EXPECT_EQ(fault_of(post + "\r\n"), 411);
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\n\r\n"), 400);  // no Host
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(fault_of("GET / HTTP/2.0\r\n\r\n"), 505);
  EXPECT_EQ(fault_of("GET  HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(fault_of("GET http://a/ HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(fault_of("G@T / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(fault_of("GET /\x01 HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(fault_of("nonsense\r\n\r\n"), 400);
}

TEST(HttpReader, HoldsToItsLimits) {
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(fault_of(post + "Content-Length: 100\r\n\r\n"), 0);
  EXPECT_EQ(fault_of(post + "Content-Length: 101\r\n\r\n"), 413);
  EXPECT_EQ(fault_of(std::string(2000, 'x')), 431);
  std::string many = post;
  for (int i = 0; i < 12; ++i) many += "A: b\r\n";
  EXPECT_EQ(fault_of(many + "\r\n"), 431);
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(fault_of(chunked + "65\r\n"), 413);
  EXPECT_EQ(fault_of(chunked + "zz\r\n"), 400);
  EXPECT_EQ(fault_of(chunked + "-1\r\n"), 400);
  EXPECT_EQ(fault_of(chunked + "ffffffffffffffff\r\n"), 400);
  EXPECT_EQ(fault_of(chunked + "2\r\nabc\r\n"), 400);
  EXPECT_EQ(fault_of(chunked + std::string(300, '0')), 400);
  std::string small_chunks = chunked;
  for (int i = 0; i < 101; ++i) small_chunks += "1\r\nx\r\n";
  EXPECT_EQ(fault_of(small_chunks), 413);
}

TEST(WriteHead, SaysHowLongTheBodyIs) {
  std::string out;
  write_head(out, 429, "application/json", 12, false, "Retry-After: 1\r\n");
  EXPECT_EQ(out,
            "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\n"
            "Content-Length: 12\r\nRetry-After: 1\r\nConnection: close\r\n\r\n");
}

}  // namespace
}  // namespace purser::serve
