using System.Globalization;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading.Feeds;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading.Streams;

public sealed class StreamEventIdTests
{
    [Fact]
    public void Format_MoreAccountsThanAHeaderTakes_NamesThoseThatFit()
    {
        var position = StreamPosition.Start with { Epoch = 0xA, Arrival = 7, PullChanges = 5_000 };
        for (var i = 0; i < 5_000; i++)
            position = position.With(i.ToString("D4", CultureInfo.InvariantCulture) + string.Concat(Enumerable.Repeat("\U0001F600", 60)), i + 1);

        var id = StreamEventId.Format(position);
        var parsed = StreamEventId.Parse(id);

        Assert.InRange(id.Length, StreamEventId.MaxChars - 1_000, StreamEventId.MaxChars);
        Assert.Equal((0xAu, 7, 5_000), (parsed!.Epoch, parsed.Arrival, parsed.PullChanges));
        Assert.StartsWith("0000000a-7,5000;", id, StringComparison.Ordinal);
        Assert.Equal(position.Pulls.Take(parsed.Pulls.Count), parsed.Pulls);
    }
}
