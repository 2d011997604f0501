using System.Globalization;
using Google.Protobuf;
using StreamSocial.Events;

namespace StreamSocial.Unit.Tests.Events.Contracts;

/// <summary>Records are kept for days and changelogs without limit, so records of older schemas must stay readable.</summary>
public sealed class ContractEvolutionTests
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    [Fact]
    public void Parse_RecordsOfTheFirstSchema_GivesTheSameValues()
    {
        var lines = TestData.Lines("first-records.tsv");
        Assert.Equal(15, lines.Length);
        foreach (var columns in lines.Select(line => line.Split('\t')))
        {
            var parser = ContractFiles.Messages.Single(message => message.FullName == columns[0]).Parser;
            // Fields of the old schema must read the same; fields added since are not in these bytes.
            var expected = parser.ParseJson(columns[2]);
            Assert.Equal(expected, parser.ParseFrom(Convert.FromBase64String(columns[1])));
        }
    }

    [Fact]
    public void Parse_RecordOfALaterSchema_ReadsWhatItKnowsAndKeepsTheRest()
    {
        var action = new UserAction { ActionId = "a1", UserId = "ann", OccurredAt = 5 };
        using var bytes = new MemoryStream();
        action.WriteTo(bytes);
        var output = new CodedOutputStream(bytes, leaveOpen: true);
        output.WriteTag(1000, WireFormat.WireType.LengthDelimited);
        output.WriteString("of a later schema");
        output.Flush();

        var parsed = UserAction.Parser.ParseFrom(bytes.ToArray());
        Assert.Equal(Formatter.Format(action), Formatter.Format(parsed));
        Assert.Equal(bytes.ToArray(), parsed.ToByteArray());
    }

    [Fact]
    public void Fields_ComparedWithTheSnapshot_NoneIsReusedOrRenumbered()
    {
        var now = ContractFiles.Describe();
        var snapshot = TestData.Lines("fields.snapshot");
        foreach (var gone in snapshot.Except(now))
        {
            var parts = gone.Split(' ');
            var number = int.Parse(parts[1], CultureInfo.InvariantCulture);
            Assert.True(ContractFiles.IsReserved(parts[0], number),
                $"'{gone}' was a field or value and is none now. Never change, renumber or reuse it; to remove a field, put its number into 'reserved'. Now: {now.SingleOrDefault(line => line.StartsWith($"{parts[0]} {parts[1]} ", StringComparison.Ordinal)) ?? "nothing"}.");
        }

        var added = now.Except(snapshot).ToArray();
        Assert.True(added.Length == 0, "New in the contracts, add to fields.snapshot so that it stays what it is:\n" + string.Join('\n', added));
    }
}
