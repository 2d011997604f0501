using System.Net;
using StreamSocial.Cli.Clients;

namespace StreamSocial.Unit.Tests.Cli.Clients;

public sealed class ClientRulesTests
{
    [Theory]
    [InlineData(200, null, nameof(VerdictKind.Answer))]
    [InlineData(202, null, nameof(VerdictKind.Answer))]
    [InlineData(503, 1, nameof(VerdictKind.Repeat))]
    [InlineData(429, 2, nameof(VerdictKind.Repeat))]
    [InlineData(503, null, nameof(VerdictKind.Error))]
    [InlineData(429, null, nameof(VerdictKind.Error))]
    [InlineData(204, 1, nameof(VerdictKind.Answer))]
    [InlineData(307, null, nameof(VerdictKind.Error))]
    [InlineData(404, 1, nameof(VerdictKind.Error))]
    [InlineData(421, null, nameof(VerdictKind.Error))]
    [InlineData(500, 1, nameof(VerdictKind.Error))]
    [InlineData(502, null, nameof(VerdictKind.Error))]
    public void Judge_Answer_IsRepeatedOnlyIfItSaysWhen(int status, int? retryAfterSeconds, string expected)
    {
        var after = retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : default(TimeSpan?);
        var verdict = ClientRules.Judge((HttpStatusCode)status, after);
        Assert.Equal(expected, $"{verdict.Kind}");
        if (verdict.Kind == VerdictKind.Repeat)
            Assert.Equal(after, verdict.After);
    }

    [Fact]
    public void IsConnectionLost_WhenTheClientItselfEnds_IsNot()
    {
        Assert.True(ClientRules.IsConnectionLost(new HttpRequestException(), CancellationToken.None));
        Assert.True(ClientRules.IsConnectionLost(new IOException(), CancellationToken.None));
        Assert.True(ClientRules.IsConnectionLost(new OperationCanceledException(), CancellationToken.None));
        Assert.False(ClientRules.IsConnectionLost(new InvalidOperationException(), CancellationToken.None));
        Assert.False(ClientRules.IsConnectionLost(new OperationCanceledException(), new CancellationToken(canceled: true)));
    }
}
