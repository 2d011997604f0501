using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Operations;
using StreamSocial.Operations.DeadLetters;

namespace StreamSocial.Unit.Tests.Operations.DeadLetters;

public sealed class ReplayRecordTests
{
    [Fact]
    public void Read_WhatWasWritten_NamesEachLetter()
    {
        DeadLetterPlace[] places = [.. Enumerable.Range(0, ReplayRecord.MaxLetters).Select(i => new DeadLetterPlace(i % 2 == 0 ? "a.dlq" : "b.dlq", i % 3, 99_999_999_000 + i))];

        Assert.Equal(places.Order(Comparer<DeadLetterPlace>.Create(Compare)), ReplayRecord.Read(Action(ReplayRecord.Write(places))).Order(Comparer<DeadLetterPlace>.Create(Compare)));
    }

    [Fact]
    public void Write_MoreThanFits_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ReplayRecord.Write([.. Enumerable.Range(0, ReplayRecord.MaxLetters + 1).Select(i => new DeadLetterPlace("a.dlq", 0, i))]));

    [Fact]
    public void Read_ForeignParameters_LeavesThemOut() => Assert.Equal(
        [new DeadLetterPlace("a.dlq", 1, 5)],
        ReplayRecord.Read(Action(new Dictionary<string, string> { ["a.dlq:1"] = "5,x,-1,99999999999999999999", ["a.dlq"] = "1", ["a.dlq:x"] = "1", [""] = "" })));

    [Fact]
    public void Read_AnotherAction_NamesNone()
    {
        var action = Action(new Dictionary<string, string> { ["a.dlq:1"] = "5" });
        action.Kind = "stage-pause";
        Assert.Empty(ReplayRecord.Read(action));
    }

    private static int Compare(DeadLetterPlace left, DeadLetterPlace right) => left.Offset.CompareTo(right.Offset);

    private static Operation Action(IReadOnlyDictionary<string, string> parameters)
    {
        var action = new Operation { Kind = ReplayRecord.Kind };
        action.Parameters.Add(parameters.ToDictionary());
        return action;
    }
}
