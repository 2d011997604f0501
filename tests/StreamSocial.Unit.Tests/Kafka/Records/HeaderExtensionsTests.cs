using Confluent.Kafka;
using StreamSocial.Kafka.Records;

namespace StreamSocial.Unit.Tests.Kafka.Records;

public sealed class HeaderExtensionsTests
{
    [Fact]
    public void TryGet_Present_GivesTheLastValue()
    {
        Assert.True(new Headers { { "a", [1] }, { "b", [2] }, { "a", [3] } }.TryGet("a", out var value));
        Assert.Equal([3], value);
    }

    [Fact]
    public void TryGet_EmptyValue_IsAValue()
    {
        Assert.True(new Headers { { "a", [] } }.TryGet("a", out var value));
        Assert.Empty(value);
    }

    [Fact]
    public void TryGet_NullValue_IsAbsent()
    {
        Assert.False(new Headers { { "a", null } }.TryGet("a", out var value));
        Assert.Null(value);
    }

    [Fact]
    public void TryGet_NoSuchHeader_IsAbsent()
    {
        Assert.False(new Headers { { "a", [1] } }.TryGet("b", out _));
        Assert.False(((Headers?)null).TryGet("a", out _));
    }
}
