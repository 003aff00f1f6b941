using Digits;

var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/model", () => new { DigitModel.Id, DigitModel.Labels, Intact = DigitModel.IsIntact() });
app.Run();
