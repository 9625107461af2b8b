#include "optimize/choice.h"

#include <vector>

#include <gtest/gtest.h>

namespace purser::optimize {
namespace {

// As fast as this at both batch sizes; the quartiles of the rounds lie a tenth away.
Candidate candidate(double speedup, bool promising) {
  Candidate made;
  made.single.speedup = {speedup, speedup - 0.1, speedup + 0.1};
  made.batched.speedup = made.single.speedup;
  made.promising = promising;
  return made;
}

const Candidate kOriginal = candidate(1, false);

TEST(MeasurablyFaster, IsByFivePercentAndInThreeRoundsOfFour) {
  EXPECT_TRUE(candidate(1.2, true).measurably_faster());
  Candidate scattered = candidate(1.2, true);
  scattered.single.speedup.lower = 0.99;
  EXPECT_FALSE(scattered.measurably_faster()) << "slower in more than a round of four";
  Candidate hardly = candidate(1.04, true);
  hardly.single.speedup.lower = hardly.batched.speedup.lower = 1.03;
  EXPECT_FALSE(hardly.measurably_faster()) << "certain, and not worth it";
  Candidate only_single = candidate(3, true);
  only_single.batched.speedup = {1, 0.9, 1.1};
  EXPECT_EQ(only_single.speedup(), 1);
  EXPECT_FALSE(only_single.measurably_faster()) << "as fast as where it gains least";
}

TEST(Choose, TheFastestOfThosePromising) {
  const std::vector<Candidate> candidates = {kOriginal, candidate(1.5, true), candidate(2, true),
                                             candidate(4, false), candidate(1.8, true)};
  const Choice choice = choose(candidates);
  EXPECT_EQ(choice.candidate, 2U);
  EXPECT_TRUE(choice.any_faster);
}

TEST(Choose, NothingWhereNothingIsFaster) {
  const std::vector<Candidate> candidates = {kOriginal, candidate(0.8, true),
                                             candidate(1.02, true)};
  const Choice choice = choose(candidates);
  EXPECT_EQ(choice.candidate, 0U);
  EXPECT_EQ(verdict_of(choice, {}, 0.05), Verdict::kNotFaster);
}

TEST(Choose, NothingToProveWhereTheFasterOnesLoseTooMuch) {
  const std::vector<Candidate> candidates = {kOriginal, candidate(3, false), candidate(0.9, true)};
  const Choice choice = choose(candidates);
  EXPECT_EQ(choice.candidate, 0U);
  EXPECT_EQ(verdict_of(choice, {}, 0.05), Verdict::kNotProven);
}

TEST(Verdict, KeepsWhatTheTestSetProves) {
  const std::vector<Candidate> candidates = {kOriginal, candidate(2, true)};
  const Choice choice = choose(candidates);
  ASSERT_EQ(choice.candidate, 1U);
  // Of 10,000 images 20 lost and 10 gained: a drop of 0.1 points, at most 0.19.
  const Comparison test{10'000, 20, 10};
  EXPECT_EQ(verdict_of(choice, test, 0.005), Verdict::kKeep);
  EXPECT_EQ(verdict_of(choice, test, 0.0015), Verdict::kNotProven) << "the bound counts, no mean";
  EXPECT_EQ(verdict_of(choice, {100, 0, 0}, 0.005), Verdict::kNotProven) << "too few images";
}

}  // namespace
}  // namespace purser::optimize
