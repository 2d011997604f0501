using StreamSocial.Operations.Stages;

namespace StreamSocial.Unit.Tests.Operations;

public sealed class ResetPositionTests
{
    [Theory]
    [InlineData("time:2026-11-27T10:00:00Z", 10)]
    [InlineData("time:2026-11-27T10:00:00.5Z", 10)]
    [InlineData("time:2026-11-27T10:00:00+01:00", 9)]
    [InlineData("time:2026-11-27T10:00-02:00", 12)]
    [InlineData("time:2026-11-27 10:00:00 +01:00", 9)]
    public void Parse_TimeWithItsZone_IsThatTime(string text, int hour) => Assert.Equal((ResetPositionKind.Time, hour), Read(text));

    /// <summary>It would be another one on another machine.</summary>
    [Theory]
    [InlineData("time:2026-11-27T10:00:00")]
    [InlineData("time:2026-11-27 10:00:00")]
    [InlineData("time:2026-11-27")]
    [InlineData("time:Thu 26-11-2026 10:00:00")]
    [InlineData("time:")]
    public void Parse_TimeWithoutItsZone_IsRefused(string text) => Assert.Throws<StageOperationException>(() => Read(text));

    [Theory]
    [InlineData("earliest")]
    [InlineData("latest")]
    [InlineData("offset:7")]
    [InlineData("time:2026-11-27T10:00:00.0000000+00:00")]
    public void Parse_WhatWasWritten_IsTheSame(string text) => Assert.Equal(text, ResetPosition.Parse(text).ToString());

    private static (ResetPositionKind Kind, int Hour) Read(string text)
    {
        var position = ResetPosition.Parse(text);
        return (position.Kind, position.Time.UtcDateTime.Hour);
    }
}
