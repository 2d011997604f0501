using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler;
using StreamSocial.Autoscaler.Decisions;

namespace StreamSocial.Unit.Tests.Autoscaler;

/// <summary>The options of the service as it registers them.</summary>
public sealed class AutoscalerOptionsTests
{
    private const string Endpoint = "--Scale:Endpoint=http://127.0.0.1:1";

    [Fact]
    public void Options_EndpointSet_DefaultToItsActuatorAndTheLoopIsMade()
    {
        using var host = Build(Endpoint);

        Assert.Equal(("freshness", "aspire"), Names(host));
        Assert.Contains(host.Services.GetServices<IHostedService>(), service => service is ControlLoop);
    }

    [Fact]
    public void Options_DryRunWithoutEndpoint_DefaultToTheObservedGroup() =>
        Assert.Equal(("freshness", "observed"), Names(Build("--Autoscaler:DryRun=true")));

    [Fact]
    public void Options_ActuatorGiven_WinsOverTheDefault() =>
        Assert.Equal(("freshness", "observed"), Names(Build(Endpoint, "--Autoscaler:Actuator=observed", "--Autoscaler:DryRun=true")));

    /// <summary>It would decide nothing, and keep another one from it.</summary>
    [Fact]
    public async Task Start_NotEnabled_BelongsToNoGroup()
    {
        using var host = Build(Endpoint, "--Autoscaler:Enabled=false");
        var log = host.Services.GetRequiredService<KafkaDecisionLog>();

        await log.StartAsync(TestContext.Current.CancellationToken);

        await log.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("--Autoscaler:Policy=guess", "Autoscaler:Policy is 'guess'; give one of: freshness, keda.")]
    [InlineData("--Autoscaler:Actuator=nobody", "Autoscaler:Actuator is 'nobody'; give one of: aspire, observed.")]
    [InlineData("--Autoscaler:Minimum=17", "Autoscaler:Minimum (17) is above Maximum (16).")]
    [InlineData("--Autoscaler:Actuator=observed", "Autoscaler:Actuator is 'observed', which only counts the members; give another one or set Autoscaler:DryRun.")]
    [InlineData("--Autoscaler:RateWindow=00:00:10", "Autoscaler:RateWindow (00:00:10) is longer than AgeTarget (00:00:04).")]
    [InlineData("--Scale:Token=short", "Scale:Token has 5 characters; give 16 or more, of letters, digits, '-', '.', '_' and '~'.")]
    [InlineData("--Scale:Timeout=00:02:00", "Scale:Timeout is 00:02:00; give 0.1 s to 1 min.")]
    [InlineData("--Scale:CommandTimeout=00:11:00", "Scale:CommandTimeout is 00:11:00; give 1 s to 10 min.")]
    public void Options_BadValue_IsNamedWithWhatIsAllowed(string argument, string expected)
    {
        using var host = Build(Endpoint, argument);

        var error = Assert.Throws<OptionsValidationException>(() => Names(host));

        Assert.Equal([expected], error.Failures);
    }

    [Fact]
    public void Options_NoEndpointAndNoDryRun_SaysWhatToSet()
    {
        using var host = Build();

        var error = Assert.Throws<OptionsValidationException>(() => Names(host));

        Assert.Contains("Scale:Endpoint is not set", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--urls=http://*:8080")]
    [InlineData("--urls=http://127.0.0.1:8080;http://10.0.0.7:8080")]
    [InlineData("--http_ports=8080")]
    [InlineData("--Kestrel:Endpoints:Api:Url=http://0.0.0.0:8080")]
    public void Options_BeyondLoopbackWithoutToken_SayWhatToSet(string listens)
    {
        using var open = Build(Endpoint, listens);
        using var protectedOne = Build(Endpoint, listens, "--Scale:Token=token-of-this-test");

        var error = Assert.Throws<OptionsValidationException>(() => Names(open));

        Assert.Contains("beyond loopback, without a control token: set Scale:Token", Assert.Single(error.Failures), StringComparison.Ordinal);
        Assert.Equal(("freshness", "aspire"), Names(protectedOne));
    }

    [Theory]
    [InlineData("--urls=http://localhost:8080;http://[::1]:8081")]
    [InlineData("--Autoscaler:Enabled=true")]
    public void Options_LoopbackWithoutToken_AreRight(string argument) => Assert.Equal(("freshness", "aspire"), Names(Build(Endpoint, argument)));

    private static (string, string?) Names(IHost host)
    {
        var options = host.Services.GetRequiredService<IOptions<AutoscalerOptions>>().Value;
        return (options.Policy, options.Actuator);
    }

    private static IHost Build(params string[] arguments)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddCommandLine(["--ConnectionStrings:kafka=127.0.0.1:1", .. arguments]);
        builder.AddAutoscaler();
        return builder.Build();
    }
}
