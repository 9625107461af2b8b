#include "data/data.h"

#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/files.h"
#include "data/idx.h"

namespace purser::data {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xFFU);
  return bytes;
}

std::string images(std::uint32_t count, std::uint32_t height, std::uint32_t width,
                   std::string_view pixels) {
  return std::string("\0\0\x08\x03", 4) + big_endian(count) + big_endian(height) +
         big_endian(width) + std::string(pixels);
}

std::string labels(std::uint32_t count, std::string_view values) {
  return std::string("\0\0\x08\x01", 4) + big_endian(count) + std::string(values);
}

std::string gzipped(std::string_view bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string error_of(std::string_view bytes, IdxKind kind) {
  const auto file = parse_idx(bytes, kind, "f.gz");
  return file ? "read without an error" : file.error().message();
}

TEST(Idx, ReadsPlainAndGzippedAlike_EvenInSeveralMembers) {
  const std::string plain = images(2, 1, 3, "abcdef");
  const std::string split = gzipped(plain.substr(0, 7)) + gzipped(plain.substr(7));
  for (const std::string& bytes : {plain, gzipped(plain), split}) {
    const auto file = parse_idx(bytes, IdxKind::kImages, "f");
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ(file->header.count, 2);
    EXPECT_EQ(file->header.width, 3);
    EXPECT_THAT(file->elements, ElementsAre('a', 'b', 'c', 'd', 'e', 'f'));
  }
}

TEST(Idx, WhatIsWrong_IsSaidInOneSentenceWithTheFile) {
  EXPECT_THAT(error_of("", IdxKind::kImages),
              HasSubstr("f.gz: is cut short: it has 0 of the 4 bytes of its magic number"));
  EXPECT_THAT(error_of("PK\x03\x04", IdxKind::kImages),
              AllOf(HasSubstr("50 4b 03 04"), HasSubstr("00 00 08 03")));
  EXPECT_THAT(error_of(labels(3, "abc"), IdxKind::kImages),
              HasSubstr("holds labels where images are expected"));
  EXPECT_THAT(error_of(images(2, 1, 3, "abcde"), IdxKind::kImages),
              HasSubstr("it has 5 of the 6 bytes of 2 images of 1x3"));
  EXPECT_THAT(error_of(images(2, 1, 3, "abcdefg"), IdxKind::kImages),
              HasSubstr("goes on behind its 2 images of 1x3"));
  EXPECT_THAT(error_of(images(0, 28, 28, ""), IdxKind::kImages), HasSubstr("0 images of 28x28"));
  EXPECT_THAT(error_of(images(0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, ""), IdxKind::kImages),
              HasSubstr("more than the 2.0 GiB"));
  EXPECT_THAT(error_of(labels(1'000'000, "ab"), IdxKind::kLabels), HasSubstr("too few for"));
}

TEST(Idx, DamagedGzipIsRefused_CutAnywhereOrWithAWrongByte) {
  const std::string whole = gzipped(labels(100, std::string(100, '\3')));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse_idx(std::string_view(whole).substr(0, size), IdxKind::kLabels, "f")) << size;
  }
  std::string bent = whole;
  bent[bent.size() - 8] ^= 1;  // the checksum
  EXPECT_THAT(error_of(bent, IdxKind::kLabels), HasSubstr("damaged gzip data"));
  EXPECT_THAT(error_of(whole + "junk", IdxKind::kLabels), HasSubstr("4 bytes behind"));
}

class Folder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "purser-data-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
    put("train-images-idx3-ubyte.gz", gzipped(images(3, 2, 2, "aaaabbbbcccc")));
    put("train-labels-idx1-ubyte.gz", gzipped(labels(3, std::string("\0\1\2", 3))));
    put("t10k-images-idx3-ubyte", images(1, 2, 2, "dddd"));
    put("t10k-labels-idx1-ubyte", labels(1, "\x09"));
  }
  void TearDown() override { std::filesystem::remove_all(path_); }

  void put(const std::string& name, const std::string& bytes) {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }
  std::string spec() const { return "fashion-mnist:" + path_.string(); }
  std::string load_error() const {
    const auto splits = load(spec());
    return splits ? "loaded" : splits.error().message();
  }
  std::string check_error() const {
    const auto checked = check(spec());
    return checked ? "fine" : checked.error().message();
  }

  std::filesystem::path path_;
};

TEST_F(Folder, GivesBothHalves) {
  ASSERT_TRUE(check(spec()));
  const auto splits = load(spec());
  ASSERT_TRUE(splits) << splits.error().message();
  EXPECT_EQ(splits->train.name, "fashion-mnist/train");
  EXPECT_EQ(splits->train.size(), 3);
  EXPECT_THAT(splits->train.sample_shape, ElementsAre(1, 2, 2));
  EXPECT_THAT(splits->train.sample(1), ElementsAre('b', 'b', 'b', 'b'));
  EXPECT_THAT(splits->test.labels, ElementsAre(9));
  EXPECT_EQ(load_test(spec())->fingerprint(), splits->test.fingerprint());
}

TEST_F(Folder, AMissingFileIsNamedWithTheWayOut) {
  std::filesystem::remove(path_ / "t10k-images-idx3-ubyte");
  const auto way_out =
      AllOf(HasSubstr("t10k-images-idx3-ubyte"), HasSubstr("dataset-fashion-mnist"));
  EXPECT_THAT(load_error(), way_out);
  EXPECT_THAT(check_error(), way_out);
}

TEST_F(Folder, LabelsThatDoNotFitTheImagesAreRefused) {
  put("train-labels-idx1-ubyte.gz", gzipped(labels(2, std::string("\0\1", 2))));
  EXPECT_THAT(load_error(), HasSubstr("holds 2 labels for the 3 images"));
  EXPECT_THAT(check_error(), HasSubstr("holds 2 labels for the 3 images"));
  put("train-labels-idx1-ubyte.gz", gzipped(labels(3, std::string("\0\x0a\1", 3))));
  EXPECT_THAT(load_error(), HasSubstr("label 10 of sample 1 is no class"));
}

TEST_F(Folder, AFolderInAFilesPlaceIsNamed) {
  std::filesystem::remove(path_ / "t10k-images-idx3-ubyte");
  std::filesystem::create_directory(path_ / "t10k-images-idx3-ubyte");
  EXPECT_THAT(load_error(), HasSubstr("t10k-images-idx3-ubyte' is no file"));
  EXPECT_THAT(check_error(), HasSubstr("t10k-images-idx3-ubyte' is no file"));
}

TEST(Load, AnUnknownNameIsAnsweredWithTheNearest) {
  EXPECT_THAT(load("fashion-minst").error().message(), HasSubstr("did you mean 'fashion-mnist'"));
  EXPECT_THAT(load("fashion-mnist:").error().message(), HasSubstr("fashion-mnist:FOLDER"));
}

TEST(Load, ReadsDebiansFashionMnist) {
  if (!check("fashion-mnist")) GTEST_SKIP() << "Debian's dataset-fashion-mnist is not installed";
  const auto splits = load("fashion-mnist");
  ASSERT_TRUE(splits) << splits.error().message();
  EXPECT_EQ(splits->train.size(), 60'000);
  EXPECT_EQ(splits->test.size(), 10'000);
  EXPECT_THAT(splits->train.sample_shape, ElementsAre(1, 28, 28));
  // "28x28 images, 10 classes, 6,000 and 1,000 of each" (Xiao et al. 2017), and the first label
  // of the training half is an ankle boot.
  std::vector<int> counts(10);
  for (const auto label : splits->train.labels) ++counts[label];
  EXPECT_THAT(counts, ::testing::Each(6'000));
  EXPECT_EQ(splits->train.labels[0], 9);
  double sum = 0;
  for (const auto byte : splits->train.pixels) sum += byte;
  EXPECT_NEAR(sum / 255 / static_cast<double>(splits->train.pixels.size()), 0.2860, 0.0001);
}

Dataset labelled(std::vector<std::uint8_t> values, std::int64_t classes) {
  Dataset dataset{
      .name = "d", .sample_shape = {1, 1, 1}, .classes = classes, .pixels = {}, .labels = {}};
  dataset.pixels.resize(values.size());
  dataset.labels = std::move(values);
  return dataset;
}

RC_GTEST_PROP(HoldOut, PartsTheSamples_KeepsTheClassesInProportion_AndFollowsTheSeed, ()) {
  const auto values =
      *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::inRange<std::uint8_t>(0, 4));
  const double fraction = *rc::gen::inRange(0, 101) / 100.0;
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const Dataset dataset = labelled(values, 4);
  const HoldOut split = hold_out(dataset, fraction, seed);
  RC_ASSERT(hold_out(dataset, fraction, seed).held_out == split.held_out);
  RC_ASSERT(std::is_sorted(split.training.begin(), split.training.end()));
  std::set<std::int64_t> all(split.training.begin(), split.training.end());
  all.insert(split.held_out.begin(), split.held_out.end());
  RC_ASSERT(all.size() == values.size());
  RC_ASSERT(split.training.size() + split.held_out.size() == values.size());
  for (std::uint8_t c = 0; c < 4; ++c) {
    double members = 0;
    double held = 0;
    for (const auto value : values) members += value == c ? 1 : 0;
    for (const auto i : split.held_out) held += values[static_cast<std::size_t>(i)] == c ? 1 : 0;
    RC_ASSERT(std::abs(held - fraction * members) < 1.0 + 1e-9);
  }
}

TEST(HoldOut, AnotherSeedHoldsOutOthers) {
  const Dataset dataset = labelled(std::vector<std::uint8_t>(1'000, 0), 1);
  EXPECT_EQ(hold_out(dataset, 0.1, 1).held_out.size(), 100U);
  EXPECT_NE(hold_out(dataset, 0.1, 1).held_out, hold_out(dataset, 0.1, 2).held_out);
}

TEST(EpochOrder, IsAPermutation_TheSameForTheSameSeedAndEpoch_AndNeverAShiftOfItsNeighbour) {
  std::vector<std::int64_t> indices(1'000);
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = 2 * static_cast<std::int64_t>(i);
  const auto first = epoch_order(indices, 7, 0);
  EXPECT_EQ(first, epoch_order(indices, 7, 0));
  EXPECT_THAT(first, ::testing::UnorderedElementsAreArray(indices));
  for (std::int64_t epoch = 1; epoch < 4; ++epoch) {
    const auto other = epoch_order(indices, 7, epoch);
    int same = 0;
    for (std::size_t i = 0; i < other.size(); ++i) same += first[i] == other[i] ? 1 : 0;
    EXPECT_LT(same, 8);  // one is expected
  }
}

TEST(GatherFloats, GivesEveryByteAsItsQuotientBy255) {
  Dataset dataset{
      .name = "d", .sample_shape = {1, 16, 16}, .classes = 1, .pixels = {}, .labels = {}};
  for (int i = 0; i < 512; ++i) dataset.pixels.push_back(static_cast<std::uint8_t>(i));
  dataset.labels = {0, 0};
  std::vector<float> out(512);
  gather_floats(dataset, std::vector<std::int64_t>{1, 0}, out);
  for (std::size_t i = 0; i < 512; ++i) {
    EXPECT_EQ(out[i], static_cast<float>(i % 256) / 255.0F);
  }
}

}  // namespace
}  // namespace purser::data
