using System.IO.Compression;
using System.Text;
using StreamSocial.Cli.Commands;

namespace StreamSocial.Unit.Tests.Cli.Processes;

/// <summary>What a shell sees of the command line tool: 0 done or held, 1 did not hold, 2 could not be tried, and one sentence instead of a stack trace.</summary>
public sealed class CommandLineProcessTests : IDisposable
{
    /// <summary>A thousand users reply to one content: even by user, uneven by content.</summary>
    private static readonly byte[] Trace = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(2, 1000).Select(user => $"{user} 1 {user} RE\n")));

    private const string Compare = "$CLI partitions compare --partitions 2 --trace";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamsocial-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("$CLI plan --json \"$DIR\"")]
    [InlineData("$CLI plan --json /dev/null/result")]
    [InlineData("$CLI lab --scenario step-x10-up --html \"$DIR\"")]
    [InlineData("$CLI lab record --bootstrap 127.0.0.1:1 --out \"$DIR\"")]
    [InlineData("$CLI verify --json \"$DIR\"")]
    [InlineData("$CLI drill simulate --json \"$DIR\"")]
    [InlineData("$CLI drill spike --html \"$DIR\"")]
    public async Task Result_ThatCannotBeWritten_IsAnErrorBeforeTheWork(string command)
    {
        var result = await BuiltBinary.ShellAsync(command, ("DIR", _folder.FullName));
        Assert.Equal(ExitCodes.NotTried, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.StartsWith("streamsocial: The result cannot be written to ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("env 'Kafka__Client__auto.offset.reset=latest' $CLI members --bootstrap 127.0.0.1:1", "Kafka:Client:auto.offset.reset")]
    [InlineData("env 'Kafka__Client__isolation.level=read_uncommitted' $CLI dlq list --bootstrap 127.0.0.1:1", "Kafka:Client:isolation.level")]
    public async Task ClientProperty_ThatAGuaranteeRestsOn_IsRefused(string command, string property)
    {
        var result = await BuiltBinary.ShellAsync(command);
        Assert.Equal((ExitCodes.NotTried, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"streamsocial: {property} cannot be set: ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topics create --bootstrap 127.0.0.1:1", "smal")]
    [InlineData("topics describe --bootstrap 127.0.0.1:1", "7")]
    [InlineData("verify --kafka embedded", "smal")]
    [InlineData("drill rescale --kafka embedded", "0")]
    public async Task Profile_OfTheEnvironmentThatThereIsNot_IsAUsageError(string command, string profile)
    {
        var result = await BuiltBinary.ShellAsync($"$CLI {command}", ("Topology__Profile", profile));
        Assert.Equal(ExitCodes.NotTried, result.ExitCode);
        Assert.Equal($"Topology:Profile is '{profile}'; use full or small.", result.ErrorLines[0]);
    }

    /// <summary>It counts only where the option is not given.</summary>
    [Fact]
    public async Task Profile_OfTheEnvironmentBesideTheOption_IsNotRead()
    {
        // What it gets to by then is a check of options against each other.
        var result = await BuiltBinary.ShellAsync("$CLI verify --profile small --rescale --replicas 1", ("Topology__Profile", "smal"));
        Assert.StartsWith("streamsocial: --rescale goes from 1", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Result_ShorterThanTheOneBefore_ReplacesIt()
    {
        var file = Path.Combine(_folder.FullName, "new", "plan.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, new string(' ', 100_000) + "x", TestContext.Current.CancellationToken);
        var result = await BuiltBinary.ShellAsync($"$CLI plan --json '{file}'");
        Assert.Equal((ExitCodes.Done, ""), (result.ExitCode, result.Error));
        Assert.EndsWith("]", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$CLI plan >&-", ExitCodes.Done)]
    [InlineData("$CLI plan >&- 2>&-", ExitCodes.Done)]
    [InlineData("$CLI plan | head -1; exit ${PIPESTATUS[0]}", ExitCodes.Done)]
    [InlineData("$CLI plan | true; exit ${PIPESTATUS[0]}", ExitCodes.Done)]
    [InlineData("$CLI lab --list | head -1; exit ${PIPESTATUS[0]}", ExitCodes.Done)]
    [InlineData("$CLI plan --help >&-", ExitCodes.Done)]
    [InlineData("$CLI plan --brokers none >&- 2>&-", ExitCodes.NotTried)]
    [InlineData("$CLI plan --json / 2>&-", ExitCodes.NotTried)]
    public async Task Output_ThatIsClosed_EndsQuietly(string command, int expected)
    {
        var result = await BuiltBinary.ShellAsync(command);
        Assert.Equal((expected, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task Output_ThatIsFull_IsASentence()
    {
        var result = await BuiltBinary.ShellAsync("$CLI plan > /dev/full");
        Assert.Equal(ExitCodes.NotTried, result.ExitCode);
        Assert.Single(result.ErrorLines);
    }

    [Theory]
    [InlineData("'{0}'")]
    [InlineData("- < '{0}'")]
    [InlineData("/dev/stdin < '{0}'")]
    [InlineData("<(cat '{0}')")]
    [InlineData("'{0}.gz'")]
    [InlineData("<(cat '{0}.gz')")]
    public async Task Trace_FromAFileOrAPipe_IsRead(string source)
    {
        var path = Write("trace", Trace);
        Write("trace.gz", Compress(Trace));
        await HoldsAsync($"{Compare} {string.Format(null, source, path)}");
    }

    [Theory]
    [InlineData("cat '{0}' | {1} -")]
    [InlineData("cat '{0}' | {1} /dev/stdin")]
    [InlineData("cat '{0}.gz' | {1} -")]
    [InlineData("mkfifo '{0}.fifo'; cat '{0}' > '{0}.fifo' & {1} '{0}.fifo'")]
    public async Task Trace_ThatCanBeReadOnce_IsRead(string command)
    {
        var path = Write("trace", Trace);
        Write("trace.gz", Compress(Trace));
        await HoldsAsync(string.Format(null, command, path, Compare));
    }

    [Fact]
    public async Task Trace_ThatIsFaulty_IsNotTriedAndSaysWhatIsWrong()
    {
        var compressed = Compress(Trace);
        byte[] wrongSum = [.. compressed];
        wrongSum[^6] ^= 1;
        (string Name, byte[] Bytes, string Why)[] faulty =
        [
            ("empty", [], "is empty"),
            ("blank", "\n\n"u8.ToArray(), "is empty"),
            ("empty.gz", Compress([]), "is empty"),
            ("half.gz", compressed[..(compressed.Length / 2)], "damaged or cut short"),
            ("header.gz", compressed[..5], "damaged or cut short"),
            ("no-checksum.gz", compressed[..^8], "damaged or cut short"),
            ("no-length.gz", compressed[..^3], "damaged or cut short"),
            ("wrong-checksum.gz", wrongSum, "damaged or cut short"),
            ("page.html", "<html></html>"u8.ToArray(), "line 1: expected"),
            ("binary", [0, 1, 2, 3, 255, 254, 10, 7], "line 1: expected"),
        ];
        foreach (var (name, bytes, why) in faulty)
        {
            var path = Write(name, bytes);
            foreach (var command in new[] { $"{Compare} '{path}'", $"$CLI verify --kafka embedded --trace '{path}'" })
            {
                var result = await BuiltBinary.ShellAsync(command);
                Assert.True(result.ExitCode == ExitCodes.NotTried, $"{command}: {result.ExitCode}, {result.Output}, {result.Error}");
                var error = Assert.Single(result.ErrorLines);
                Assert.Contains(name, error, StringComparison.Ordinal);
                Assert.Contains(why, error, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("$CLI replay --ingest http://127.0.0.1:1 --trace /dev/null", "is empty")]
    [InlineData("true | $CLI drill replica-kill --kafka embedded --trace -", "standard input is empty")]
    [InlineData("true | $CLI lab --all --trace -", "standard input is empty")]
    [InlineData("$CLI scale 2 --autoscaler http://127.0.0.1:1", "127.0.0.1:1")]
    [InlineData("PATH=/nowhere $CLI bench stage --kafka embedded --events 10", "The command 'dotnet' does not start")]
    public async Task WhatIsNotThere_IsNotTried(string command, string why)
    {
        var result = await BuiltBinary.ShellAsync(command);
        Assert.Equal(ExitCodes.NotTried, result.ExitCode);
        Assert.Contains(why, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    /// <summary>In what commands do before they first wait for anything.</summary>
    [Theory]
    [InlineData("bench state --rounds 1000")]
    [InlineData("partitions compare --trace \"$DIR/pipe\"")]
    [InlineData("partitions compare --trace - < \"$DIR/open\"")]
    [InlineData("verify --kafka embedded --trace /dev/stdin < \"$DIR/open\"")]
    public async Task CtrlC_AtOnce_StopsAndLeavesNothing(string command)
    {
        // A process that was started in the background ignores it otherwise.
        const string Interrupted = "env --default-signal=INT TMPDIR=\"$DIR\" timeout --preserve-status -s INT 3 $CLI";
        var result = await BuiltBinary.ShellAsync($"mkfifo \"$DIR/pipe\" \"$DIR/open\"; exec 3<>\"$DIR/open\"; {Interrupted} {command} --json \"$DIR/result\"", ("DIR", _folder.FullName));
        Assert.Equal((ExitCodes.NotTried, "Stopped.\n"), (result.ExitCode, result.Error));
        Assert.Equal(["open", "pipe"], _folder.EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    private static async Task HoldsAsync(string command)
    {
        var result = await BuiltBinary.ShellAsync(command);
        Assert.Equal((ExitCodes.Done, ""), (result.ExitCode, result.Error));
        Assert.Contains("1,000", result.Output, StringComparison.Ordinal);
    }

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Compress(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
