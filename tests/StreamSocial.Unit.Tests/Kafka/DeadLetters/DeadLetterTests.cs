using System.Text.Json;
using Confluent.Kafka;
using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Kafka.DeadLetters;

/// <summary>Anybody may write to a dead-letter topic: what a header does not say sensibly is unknown.</summary>
public sealed class DeadLetterTests
{
    [Fact]
    public void Of_HeadersOfTheRuntime_AreRead()
    {
        var letter = Of(("dlq-origin-topic", "t"), ("dlq-origin-partition", "3"), ("dlq-origin-offset", "7"), ("dlq-origin-timestamp", "1700000000000"));
        Assert.Equal(("t", 3, 7L), (letter.OriginTopic, letter.OriginPartition, letter.OriginOffset));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), letter.OriginTimestamp);
        Assert.True(letter.IsReplayable);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-9223372036854775808")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999999")]
    public void Of_AbsurdHeaders_AreUnknown(string? text)
    {
        var letter = Of(("dlq-origin-topic", "t"), ("dlq-origin-partition", text), ("dlq-origin-timestamp", text));
        Assert.Equal(((int?)null, (DateTimeOffset?)null), (letter.OriginPartition, letter.OriginTimestamp));
        Assert.False(letter.IsReplayable);
    }

    [Fact]
    public void Of_NoHeaders_IsUnknown()
    {
        var letter = DeadLetter.Of(Record(null));
        Assert.Equal(((string?)null, (string?)null, (long?)null), (letter.OriginTopic, letter.ErrorType, letter.Tries));
    }

    /// <summary>As <c>dlq list --json</c> writes it.</summary>
    [Fact]
    public void Json_OfALetter_NamesItAndLeavesItsBytesOut()
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(Of(("dlq-origin-topic", "t")), JsonSerializerOptions.Web));
        Assert.Equal("t.dlq:0:0", json.RootElement.GetProperty("id").GetString());
        Assert.False(json.RootElement.TryGetProperty("payload", out _));
    }

    [Fact]
    public void IsReplayable_OriginOfAnotherTopic_IsNot() => Assert.False(Of(("dlq-origin-topic", "members"), ("dlq-origin-partition", "0")).IsReplayable);

    private static DeadLetter Of(params (string Name, string? Text)[] headers)
    {
        var all = new Headers();
        foreach (var (name, text) in headers)
            all.Add(name, text is null ? null : System.Text.Encoding.UTF8.GetBytes(text));
        return DeadLetter.Of(Record(all));
    }

    private static ConsumeResult<byte[]?, byte[]?> Record(Headers? headers) => new()
    {
        Topic = DeadLetterTopic.NameOf("t"),
        Message = new Message<byte[]?, byte[]?> { Headers = headers!, Timestamp = new Timestamp(long.MaxValue, TimestampType.CreateTime) },
    };
}
