using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Kafka.Groups;

namespace StreamSocial.Unit.Tests.Cli.Output;

public sealed class GroupTablesTests
{
    [Theory]
    [InlineData("", "No group reads the catalogue's topics.")]
    [InlineData("consumer group a", "Unknown: consumer group a.")]
    public void Write_OfNoGroup_SaysNoneOnlyIfAllAnswered(string unread, string expected)
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        GroupTables.Write(console, new ConsumerGroups([], unread.Length > 0 ? [unread] : []));
        Assert.Equal(expected, text.ToString().Trim());
    }
}
