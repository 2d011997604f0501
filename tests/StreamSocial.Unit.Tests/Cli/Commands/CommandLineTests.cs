using System.CommandLine.Invocation;
using Spectre.Console;
using StreamSocial.Cli;
using StreamSocial.Cli.Commands;

namespace StreamSocial.Unit.Tests.Cli.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("plan --brokers 6 --target 1000")]
    [InlineData("plan --rate 12000 --per-consumer 1500 --headroom 1.5 --brokers 5")]
    [InlineData("plan --scenario gaming --rate 5000 --brokers 6 --headroom 2")]
    [InlineData("drill hotkey --kafka embedded --capacity 500 --rate 700 --replicas 2 --window 10 --seed 3")]
    [InlineData("drill members --kafka embedded --count 10 --partitions 30 --protocols consumer --timeout 60")]
    [InlineData("drill members --count 10 --protocols range,consumer")]
    [InlineData("drill rolling --kafka embedded --rate 500 --replicas 3 --times 2 --readers 5 --clients 50 --steady 5 --json out.json")]
    [InlineData("bench state --users 100 --edges-per-user 50 --entries 10 --partitions 4 --rounds 1 --seed 2 --json out.json")]
    [InlineData("drill spike --set Feeds:Capacity=10 --set Kafka:Client:sasl.password=a=b --set Ingest:Name=")]
    [InlineData("drill spike --policies freshness")]
    [InlineData("drill spike --policies keda,freshness --capacity 500")]
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
    [InlineData("plan --brokers 10001")]
    [InlineData("plan --headroom 10.5")]
    [InlineData("plan --headroom 0.9")]
    [InlineData("plan --headroom NaN")]
    [InlineData("plan --target Infinity")]
    [InlineData("plan --target 0")]
    [InlineData("plan --rate 0 --per-consumer 10")]
    [InlineData("plan --rate 100")]
    [InlineData("plan --rate 100 --per-consumer 0")]
    [InlineData("plan --rate 100 --per-consumer -5")]
    [InlineData("plan --per-consumer 100")]
    [InlineData("plan --rate 100 --per-consumer 10 --target 5")]
    [InlineData("plan --scenario farming")]
    [InlineData("plan --scenario iot --per-consumer 10")]
    [InlineData("plan --scenario iot --target 10")]
    [InlineData("drill hotkey --kafka none")]
    [InlineData("drill hotkey --replicas many")]
    [InlineData("drill hotkey --rate some")]
    [InlineData("drill hotkey --trace some-file")]
    [InlineData("bench state --users many")]
    [InlineData("bench state --rounds 0")]
    [InlineData("drill members --count 0")]
    [InlineData("drill members --count many")]
    [InlineData("drill members --partitions many")]
    [InlineData("drill members --kafka external")]
    [InlineData("drill rolling --times 0")]
    [InlineData("drill rolling --kafka none")]
    [InlineData("drill rolling --clients many")]
    [InlineData("drill spike --set Feeds:Capacity")]
    [InlineData("verify --set =10")]
    [InlineData("drill spike --actions 100")]
    [InlineData("drill spike --steady 5")]
    [InlineData("drill spike --policies ,")]
    [InlineData("drill spike --policies freshness,none")]
    [InlineData("drill spike --policies hpa")]
    [InlineData("drill spike --policies keda,keda")]
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
    [InlineData("verify --rescale --replicas 1")]
    public void Parse_BadCommands_IsAUsageError(string line) => Assert.IsType<ParseErrorAction>(Parse(line).Action);

    [Theory]
    [InlineData("drill hotkey --replicas 1")]
    [InlineData("drill hotkey --rate 550")]
    [InlineData("drill hotkey --rate 1000")]
    [InlineData("drill hotkey --capacity 800")]
    [InlineData("drill members --partitions 99")]
    [InlineData("drill members --count 10 --partitions 9")]
    [InlineData("drill members --protocols sticky")]
    [InlineData("bench state --users 10 --edges-per-user 6")]
    [InlineData("bench state --users 2000000 --edges-per-user 2000")]
    [InlineData("drill members --kafka embedded --protocols range")]
    public async Task Run_ValuesThatDoNotGoTogether_IsAUsageError(string line) => Assert.Equal(ExitCodes.NotTried, await CommandLine.RunAsync(line.Split(' ')));

    [Fact]
    public async Task Invoke_SilenceThatNobodyCouldRead_IsAUsageErrorBeforeAnyBrokerIsAsked() => await Assert.ThrowsAsync<UsageException>(() =>
        Parse($"alerts silence BrokerDown --bootstrap localhost:1 --comment {new string('x', 600)}").InvokeAsync(new() { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken));

    private static System.CommandLine.ParseResult Parse(string line) => CommandLine.CreateRoot(AnsiConsole.Console).Parse(line);
}
