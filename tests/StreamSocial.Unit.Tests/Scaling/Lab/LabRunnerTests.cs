using StreamSocial.Scaling.Lab;
using StreamSocial.Scaling.Lab.Loads;
using StreamSocial.Scaling.Lab.Model;
using StreamSocial.Scaling.Lab.Runs;

namespace StreamSocial.Unit.Tests.Scaling.Lab;

public sealed class LabRunnerTests
{
    [Fact]
    public void Run_StepTenfold_OursGoesOutInOneStepAndTheOracleIsNeverLate()
    {
        var report = Report("step-x10-up");

        Assert.Single(report.Ours.Steps, step => step.IsOut);
        Assert.Equal(0, report.Ours.Oscillations);
        Assert.Equal(0, report.Oracle.SecondsLate);
        Assert.True(report.Ours.SecondsLate > 0, "Nobody who does not know the future is in time.");
        Assert.InRange(report.CostOf(report.Ours), 0.9, 1.6);
    }

    [Fact]
    public void Run_Twice_IsTheSame()
    {
        var (first, second) = (Report("noise-bursts"), Report("noise-bursts"));

        Assert.Equal(first.Ours.Steps, second.Ours.Steps);
        Assert.Equal(first.Ours.AgeSeconds, second.Ours.AgeSeconds);
    }

    [Fact]
    public void Run_OracleAndStatic_AreNotBeatenByAnyPolicy()
    {
        var report = Report("step-x10-and-back");

        Assert.All(report.Runs.Values.SelectMany(runs => runs), run => Assert.True(
            run.SecondsLate > report.Oracle.SecondsLate + 1 || run.ReplicaSeconds >= report.Oracle.ReplicaSeconds * 0.98, $"{run.Policy}, {run.Settings}: {run.SecondsLate} s late, {run.ReplicaSeconds}"));
    }

    [Fact]
    public void Create_Catalog_HasNamesOfItsOwnAndLoadsOfTheHeightThatTheySay()
    {
        var scenarios = ScenarioCatalog.Create(CalibrationProfiles.Embedded, higgs: null);

        Assert.Equal(scenarios.Length, scenarios.Select(scenario => scenario.Name).Distinct().Count());
        Assert.Equal(4, scenarios.Single(scenario => scenario.Name == "step-x10-up").LoadInReplicas[^1], 1e-3);
    }

    [Fact]
    public async Task Recording_WrittenAndRead_GivesItsLoadAndWhatFollowsFromIt()
    {
        var recording = new Recording(Recording.CurrentVersion, "test", [new("user-actions", 2, false, [[1, 2], [3, 4]]), new("feed-updates", 3, true, [[5, 5, 5], [0, 0, 0]])]);
        using var file = new MemoryStream();
        await recording.WriteAsync(file, TestContext.Current.CancellationToken);
        file.Position = 0;

        var scenario = ScenarioCatalog.FromRecording("test", Recording.Read(file, "test.json"), CalibrationProfiles.Embedded);

        Assert.Equal((2, 4.0), (scenario.Load.Seconds, scenario.Load.Find("user-actions")!.At(1, 1)));
        Assert.Null(scenario.Load.Find("feed-updates"));
        Assert.Equal((3, 1.5), scenario.Calibration.Stages.Where(stage => stage.Topic == "feed-updates").Select(stage => (stage.Partitions, stage.RecordsPerSourceRecord)).Single());
    }

    [Theory]
    [InlineData("""{"version":2,"description":"","topics":[]}""", "format 2")]
    [InlineData("""{"version":1,"description":"","topics":[{"topic":"t","partitions":2,"isDerived":false,"records":[[1]]}]}""", "lacks records")]
    [InlineData("""{"version":1,"description":"","topics":[{"topic":"t","partitions":1,"isDerived":false,"records":[[1]]},{"topic":"u","partitions":1,"isDerived":false,"records":[[1],[1]]}]}""", "as long")]
    [InlineData("[]", "no recording")]
    public void Recording_Broken_IsRefusedWithItsName(string text, string expected)
    {
        using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));

        var error = Assert.Throws<LabFileException>(() => Recording.Read(file, "load.json"));

        Assert.Contains("load.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"lanes\":2", "\"lanes\":0", "lanes")]
    [InlineData("\"lanes\":2", "\"lane\":2", "lane")]
    [InlineData("\"partitions\":60", "\"partitions\":0", "user-actions needs")]
    [InlineData("\"topic\":\"user-actions\"", "\"topic\":\"others\"", "fed by user-actions")]
    public void Calibration_Broken_IsRefusedWithItsReason(string figure, string broken, string expected)
    {
        var text = System.Text.Json.JsonSerializer.Serialize(CalibrationProfiles.Embedded, System.Text.Json.JsonSerializerOptions.Web);
        Assert.Equal(CalibrationProfiles.Embedded.Stages, Read(text).Stages);

        Assert.Contains(expected, Assert.Throws<LabFileException>(() => Read(text.Replace(figure, broken, StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    private static ScenarioReport Report(string scenario) => LabRunner.Run(
        [ScenarioCatalog.Create(CalibrationProfiles.Embedded, higgs: null).Single(found => found.Name == scenario)], [], new Progress<Scenario>(), TestContext.Current.CancellationToken).Scenarios[0];

    private static Calibration Read(string text)
    {
        var path = Path.Combine(Path.GetTempPath(), $"calibration-{Guid.NewGuid():N}.json");
        File.WriteAllText(path, text);
        try
        {
            return Calibration.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
