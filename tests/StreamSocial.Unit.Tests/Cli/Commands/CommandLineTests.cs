using System.CommandLine.Invocation;
using Spectre.Console;
using StreamSocial.Cli.Commands;

namespace StreamSocial.Unit.Tests.Cli.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("plan --brokers 6 --target 1000")]
    [InlineData("topics describe --bootstrap localhost:9092")]
    [InlineData("topics create --bootstrap localhost:9092 --profile small")]
    [InlineData("replay --ingest http://localhost:5000 --rate 10")]
    [InlineData("partitions compare --seed 2 --partitions 500 --strategy salted --salts 8 --hot 0.1 --block 10 --actions 9 --topic content-interactions --json out.json")]
    [InlineData("lab --all --policy hpa --policy keda --calibration process --html lab.html")]
    [InlineData("lab --scenario step-x10-up --json out.json")]
    [InlineData("lab record --bootstrap localhost:9092 --out load.json --seconds 60")]
    [InlineData("verify --kafka embedded --replicas 3 --profile full --rescale --actions 1000 --json out.json")]
    public void Parse_GoodCommands_NoError(string line) => Assert.Empty(Parse(line).Errors);

    [Theory]
    [InlineData("")]
    [InlineData("plan --brokers none")]
    [InlineData("topics create --bootstrap localhost:9092 --profile medium")]
    [InlineData("replay --ingest nowhere")]
    [InlineData("replay --ingest http://localhost:5000 --rate 1 --speed 1")]
    [InlineData("replay --ingest http://localhost:5000 --rate 0")]
    [InlineData("replay --ingest http://localhost:5000 --trace no-such-file")]
    [InlineData("lab")]
    [InlineData("lab --all --policy none")]
    [InlineData("lab record --bootstrap localhost:9092")]
    [InlineData("verify --kafka none")]
    [InlineData("verify --replicas 0")]
    [InlineData("verify --actions many")]
    public void Parse_BadCommands_IsAUsageError(string line) => Assert.IsType<ParseErrorAction>(Parse(line).Action);

    private static System.CommandLine.ParseResult Parse(string line) => CommandLine.CreateRoot(AnsiConsole.Console).Parse(line);
}
