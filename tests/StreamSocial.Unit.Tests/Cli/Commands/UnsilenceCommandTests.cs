using System.Collections.Immutable;
using StreamSocial.Alerts.State;
using StreamSocial.Cli;
using StreamSocial.Cli.Commands.Alerts;

namespace StreamSocial.Unit.Tests.Cli.Commands;

public sealed class UnsilenceCommandTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);

    [Theory]
    [InlineData("s", 59, false)]
    [InlineData("s", 60, true)]
    [InlineData("t", 0, true)]
    public void ThrowIfOver_UnknownOrOver_IsAnError(string id, int seconds, bool isError)
    {
        var silence = new Silence("s", ImmutableSortedDictionary<string, string>.Empty.Add(AlertLabels.Name, "BrokerDown"), Now, Now.AddSeconds(60), "me", "");
        var alerts = AlertSet.Empty with { Silences = AlertSet.Empty.Silences.Add(silence.Id, silence) };

        Assert.Equal(isError, Record.Exception(() => UnsilenceCommand.ThrowIfOver(alerts, id, Now.AddSeconds(seconds))) is ToolException);
    }
}
